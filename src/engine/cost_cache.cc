#include "engine/cost_cache.h"

#include <cmath>
#include <cstdlib>
#include <map>
#include <mutex>

#include "base/error.h"
#include "base/file.h"
#include "engine/calibrate.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr char kWhere[] = "calibration";

// By target, of this process.
struct Known {
  std::mutex mutex;
  std::map<Isa, CostModel> costs;
};

Known& KnownCosts() {
  static Known known;
  return known;
}

bool SwitchedOff() {
  const char* const variable = std::getenv("WINNOW_CALIBRATION");
  if (variable == nullptr || *variable == '\0') return false;
  const std::string_view wanted = variable;
  if (wanted != "off" && wanted != "on") {
    throw Error(ErrorKind::kInvalidArgument,
                "WINNOW_CALIBRATION=" + std::string(wanted) + ": want on or off");
  }
  return wanted == "off";
}

std::optional<CostModel> ReadCache(Isa isa) {
  const std::optional<fs::path> path = CostCachePath(isa);
  if (!path) return std::nullopt;
  try {
    return CostsFromJson(ReadFile(*path), CalibrationKey(isa));
  } catch (const Error&) {
    return std::nullopt;  // not there, damaged or of another machine: measured again when wanted
  }
}

void WriteCache(Isa isa, const CostModel& costs) {
  const std::optional<fs::path> path = CostCachePath(isa);
  if (!path) return;
  std::error_code ignored;
  fs::create_directories(path->parent_path(), ignored);
  try {
    WriteFile(*path, CostsToJson(costs, CalibrationKey(isa)) + "\n");
  } catch (const Error&) {
    // A cache is a convenience: this process knows the costs already.
  }
}

CostModel MeasureAndKeep(Isa isa, Known& known) {
  const CostModel costs = Calibrate(isa);
  WriteCache(isa, costs);
  known.costs[isa] = costs;
  return costs;
}

double Cost(JsonFields& fields, const std::string& key) {
  const double value = fields.Number(key);
  if (!std::isfinite(value) || value < 0) fields.Fail("field \"" + key + "\" is no cost");
  return value;
}

}  // namespace

CostModel CostsFor(Isa isa, CostSource source) {
  if (SwitchedOff() || source == CostSource::kBuiltIn) return {};
  Known& known = KnownCosts();
  const std::lock_guard lock(known.mutex);
  const auto found = known.costs.find(isa);
  if (found != known.costs.end()) return found->second;
  if (const std::optional<CostModel> cached = ReadCache(isa)) return known.costs[isa] = *cached;
  return source == CostSource::kMeasured ? MeasureAndKeep(isa, known) : CostModel();
}

CostModel Recalibrate(Isa isa) {
  Known& known = KnownCosts();
  const std::lock_guard lock(known.mutex);
  return MeasureAndKeep(isa, known);
}

std::optional<fs::path> CostCachePath(Isa isa) {
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  fs::path folder = variable("XDG_CACHE_HOME");
  if (!folder.is_absolute()) {  // as the specification has it
    folder = variable("HOME");
    if (!folder.is_absolute()) return std::nullopt;
    folder /= ".cache";
  }
  return folder / "winnow" / ("kernels-" + std::string(Name(isa)) + ".json");
}

std::string CostsToJson(const CostModel& costs, const std::string& key) {
  Json kernels = Json::object();
  for (const auto& [name, cost] : costs.kernels) {
    kernels[name] = {{"mac", static_cast<float>(cost.mac)},
                     {"input", static_cast<float>(cost.input)},
                     {"result", static_cast<float>(cost.result)},
                     {"channel", static_cast<float>(cost.channel)}};
  }
  return DumpJson({{"key", key},
                   {"peak_gmacs_per_second", static_cast<float>(costs.peak)},
                   {"generation", static_cast<float>(costs.generation)},
                   {"kernels", kernels}},
                  kWhere);
}

CostModel CostsFromJson(std::string_view text, const std::string& key) {
  const Json json = ParseJson(text, kWhere);
  JsonFields fields(json, kWhere);
  if (fields.Text("key") != key) fields.Fail("made for other kernels or another machine");
  CostModel costs;
  costs.measured = true;
  costs.peak = Cost(fields, "peak_gmacs_per_second");
  if (costs.peak == 0) fields.Fail("the peak is zero");
  costs.generation = Cost(fields, "generation");
  const Json& kernels = fields.Take("kernels");
  if (!kernels.is_object()) fields.Fail("field \"kernels\" must be an object");
  for (const auto& [name, value] : kernels.items()) {
    JsonFields kernel(value, std::string(kWhere) + ": kernel " + Quoted(name));
    KernelCost& cost = costs.kernels[name];
    cost = {Cost(kernel, "mac"), Cost(kernel, "input"), Cost(kernel, "result"),
            Cost(kernel, "channel")};
    kernel.Finish();
  }
  fields.Finish();
  return costs;
}

}  // namespace winnow
