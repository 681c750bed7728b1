// How good a compressed model is, by the engine as it is used.
#pragma once

#include "app/calibration.h"
#include "cli/compress_report.h"
#include "graph/model.h"

namespace winnow {

// Fills in the numbers of parameters and the comparisons of `report`: the model's output with that
// of the dense one, and both with the sharp pictures where the set has them.
void Evaluate(const Model& dense, const Model& compressed, const CalibrationSet& set, int threads,
              CompressReport& report);

}  // namespace winnow
