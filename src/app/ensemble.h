// The mean of what a network makes of a picture in all its orientations.
#pragma once

#include "app/executor.h"
#include "graph/graph.h"

namespace winnow {

// Passes of a network that Ensemble makes of one.
constexpr int kOrientations = 8;

// Runs `run` on the input [channels, h, w] in its eight orientations (four quarter turns, mirrored
// or not), turns each result back and returns their mean: the geometric self-ensemble of Lim et
// al., "Enhanced Deep Residual Networks for Single Image Super-Resolution" (2017), section 3.4.
// Takes eight times as long. The sum is in float32, in a fixed order, whatever the extents are: a
// tile's core has the same bits as the whole picture's, as far as `run` gives them.
//
// `graph`, what `run` runs, must outlive the result. bytes() has what is kept beside the runs, and
// throws where the network runs at h x w or w x h only. Errors: those of `run` at either.
Runner Ensemble(const Graph& graph, Runner run);

}  // namespace winnow
