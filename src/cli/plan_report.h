// How the engine runs a model here, for info --plan.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/benchmark.h"

namespace winnow {

std::string PlanText(const std::string& name, const BenchmarkOptions& options,
                     const BenchmarkReport& report);
nlohmann::ordered_json PlanJson(const std::string& name, const BenchmarkOptions& options,
                                const BenchmarkReport& report);

}  // namespace winnow
