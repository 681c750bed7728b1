// Networks that correct their input: how much of the correction is made.
#pragma once

#include <set>

#include "graph/model.h"

namespace winnow {

inline constexpr double kLargestStrength = 2;

// Weights and biases of the convolutions whose results the network adds to its input at the end:
// shuffled, enlarged, sliced, summed or weighed (the first factor of a product) on the way there or
// not. Does not look at values. Errors: kInvalidArgument (a network that does not end so, or where
// something else uses those weights or reads those results too).
std::set<ParamId> FindCorrection(const Model& model);

// Scales by `strength` what the network adds to its input, by scaling those weights and biases:
// output = input + strength * correction. Errors: FindCorrection's, and kInvalidArgument for a
// strength outside (0, kLargestStrength].
void ScaleCorrection(Model& model, double strength);

}  // namespace winnow
