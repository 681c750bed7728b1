// Calibrations kept between runs of the program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/cost_model.h"
#include "engine/session.h"
#include "kernels/isa.h"

namespace winnow {

// The costs for a target: those of this process, else those in the cache; else, where `source` asks
// for it, measured now and cached, else the built-in ones. A cache that cannot be read counts as
// none; one that cannot be written is done without. WINNOW_CALIBRATION=off gives the built-in ones,
// whatever `source`. Errors: kInvalidArgument when the variable is something else.
CostModel CostsFor(Isa isa, CostSource source);

// Measures now, whatever there is, for this process and the cache.
CostModel Recalibrate(Isa isa);

// Where it lies: $XDG_CACHE_HOME/winnow or ~/.cache/winnow; none where neither is known.
std::optional<std::filesystem::path> CostCachePath(Isa isa);

// The file's contents. Errors of the second: kCorrupt, also when it is for another key.
std::string CostsToJson(const CostModel& costs, const std::string& key);
CostModel CostsFromJson(std::string_view text, const std::string& key);

}  // namespace winnow
