// Executors by name.
#pragma once

#include <string>

#include "app/executor.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "engine/session.h"
#include "graph/model.h"

namespace winnow {

// --precision: "exact", which `precision` should be at first, "fast", "bf16" or "fp16".
CLI::Option* AddPrecision(CLI::App& app, std::string& precision);
// Errors: kInvalidArgument for other names.
Precision ParsePrecision(const std::string& name);

// "engine", "reference" or "libtorch"; the last one replaces the process where this program lacks
// it (RequireTraining). Only the engine can be other than exact. Errors: kInvalidArgument,
// RequireTraining's, the executors'.
Runner MakeRunner(const std::string& executor, const Model& model, int threads,
                  const CommandLine& line, Precision precision = Precision::kExact);

}  // namespace winnow
