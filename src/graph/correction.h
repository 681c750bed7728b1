// Networks that correct their input: how much of the correction is made.
#pragma once

#include "graph/model.h"

namespace winnow {

// Scales by `strength`, in (0, 2], what the network adds to its input at the end, by scaling the
// weight and bias of the convolution it comes from: output = input + strength * correction. Errors:
// kInvalidArgument (another strength; a network that does not end in its input plus a convolution's
// result, shuffled or not; weights of that convolution that others use too).
void ScaleCorrection(Model& model, double strength);

}  // namespace winnow
