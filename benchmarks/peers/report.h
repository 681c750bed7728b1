// Comparisons as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compare.h"
#include "machine.h"

namespace winnow::peers {

// What was compared with what: name and version, for example {"oneDNN", "2.6.3"}.
using Versions = std::vector<std::pair<std::string, std::string>>;

// How to read the tables.
std::string Legend(int rounds);
// Ratios are medians over the rounds of the peer's figure by ours of the same round.
std::string ToTable(const Comparison& comparison);
std::string ToNote(const Machine& machine, const Versions& versions);

nlohmann::ordered_json ToJson(const Comparison& comparison);
nlohmann::ordered_json ToJson(const Machine& machine, const Versions& versions);

}  // namespace winnow::peers
