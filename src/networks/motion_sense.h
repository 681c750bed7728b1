// What a picture tells of its motion blur, for networks that do not find that out on their own.
//
// Blur along a direction makes a picture alike in that direction and leaves it what it was across.
// So the mean absolute difference between a picture and itself, moved a few pixels, tells length
// and direction; differences of its second derivatives, where blur stands out from the scene, tell
// more (docs/deblurring.md has the figures).
#pragma once

#include <vector>

#include "graph/builder.h"

namespace winnow {

// What the code is measured at: an eighth of the picture's extent.
inline constexpr int kMotionReduction = 8;

// The node that estimates the BlurShape (image/exposure.h) of every 8x8 pixels: [3, h / 8, w / 8],
// in pixels. Training can compare it with the truth.
inline constexpr char kMotionEstimate[] = "motion.estimate";

// A code of `channels` numbers for every 8x8 pixels of a picture [3, h, w], whose extents 8
// divides. Nodes and params are named motion.*.
NodeId MotionCode(GraphBuilder& g, NodeId picture, int channels);

// Sets the differences taken, and what else training cannot begin with at random, in `weights`, by
// ParamId.
void BeginMotionCode(const Graph& graph, std::vector<Tensor>& weights);

}  // namespace winnow
