// Networks that correct their input: how much of the correction is made.
#pragma once

#include "graph/model.h"

namespace winnow {

inline constexpr double kLargestStrength = 2;

// The convolution whose result, shuffled or not, the network adds to its input at the end. Does not
// look at weights. Errors: kInvalidArgument (a network that does not end so, or in which others use
// that convolution's weights too).
const Conv2d& FindCorrection(const Model& model);

// Scales by `strength` what the network adds to its input, by scaling weight and bias of that
// convolution: output = input + strength * correction. Errors: FindCorrection's, and
// kInvalidArgument for a strength outside (0, kLargestStrength].
void ScaleCorrection(Model& model, double strength);

}  // namespace winnow
