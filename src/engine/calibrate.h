// Measures what kernels cost on this machine.
#pragma once

#include <string>

#include "engine/cost_model.h"
#include "kernels/isa.h"

namespace winnow {

// Times every kernel of the target on small layers of several shapes and densities, one thread,
// all in turns, and fits the constants. Takes about half a second.
CostModel Calibrate(Isa isa);

// What a calibration is good for: the same processor, target and kernels. Changes whenever one of
// them does.
std::string CalibrationKey(Isa isa);

// "Intel(R) Xeon(R) ..."; "unknown" where the system does not say.
std::string CpuName();

}  // namespace winnow
