// Executors by name.
#pragma once

#include <string>

#include "app/executor.h"
#include "cli/commands.h"
#include "graph/model.h"

namespace winnow {

// "engine", "reference" or "libtorch"; the last one replaces the process where this program lacks
// it (RequireTraining). Errors: kInvalidArgument, RequireTraining's, the executors'.
Runner MakeRunner(const std::string& executor, const Model& model, int threads,
                  const CommandLine& line);

}  // namespace winnow
