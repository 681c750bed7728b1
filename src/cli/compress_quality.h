// How good a compressed model is, by the engine as it is used.
#pragma once

#include "app/calibration.h"
#include "cli/compress_methods.h"
#include "cli/compress_report.h"
#include "graph/model.h"

namespace winnow {

// Fills in the numbers of parameters and the comparisons of `report`: the model's output with that
// of the dense one, and both with the sharp pictures where the set has them. Compares nothing where
// there are no crops.
void Evaluate(const Model& dense, const Model& compressed, const HeldOutSet& set, int threads,
              CompressReport& report);

// The crops of `arguments` that what was fitted to `fitted` is measured on. Warns where pictures
// have no room for any. Errors: ReadHeldOutSet's.
HeldOutSet ReadHeldOutSet(CompressArguments& arguments, const ModelInfo& dense,
                          const CalibrationSet& fitted);

}  // namespace winnow
