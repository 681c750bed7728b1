// Handing a command over to the program that is linked with libtorch.
#pragma once

#include "cli/commands.h"
#include "cli/training_backend.h"

namespace winnow {

// The backend of this program. In winnow, which has none, the process is replaced by
// winnow-training with the same arguments. Errors: kUnsupported where there is no such program
// beside this one.
const TrainingBackend& RequireTraining(const CommandLine& line);

}  // namespace winnow
