#include "formats/latency_json.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/file.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

constexpr int kVersion = 1;
constexpr int kLargestM = 256;
constexpr std::int64_t kMostThreads = 1 << 16;
constexpr std::int64_t kLargestExtent = 1 << 24;
constexpr std::int64_t kLargestCount = std::numeric_limits<std::int64_t>::max();

Json ToJson(const LayerLatency& layer) {
  Json n = Json::array();
  Json ms = Json::array();
  Json measured = Json::array();
  for (std::size_t i = 0; i < layer.ms.size(); ++i) {
    n.push_back(static_cast<int>(i) + 1);
    ms.push_back(static_cast<float>(layer.ms[i]));
    measured.push_back(static_cast<bool>(layer.measured[i]));
  }
  return {{"name", layer.name}, {"shape", layer.shape}, {"macs", layer.macs}, {"n", n},
          {"ms", ms},           {"measured", measured}};
}

double Milliseconds(JsonFields& fields, const std::string& key) {
  const double ms = fields.Number(key);
  if (!(ms >= 0) || !std::isfinite(ms)) fields.Fail("field \"" + key + "\" is no time");
  return ms;
}

LayerLatency LayerFromJson(const Json& json, int m, const std::string& where) {
  JsonFields fields(json, where);
  LayerLatency layer;
  layer.name = fields.Text("name");
  layer.shape = fields.Integers("shape", 1, kLargestExtent);
  layer.macs = fields.Integer("macs", 0, kLargestCount);
  const std::vector<std::int64_t> n = fields.Integers("n", 1, m);
  const std::vector<float> ms = fields.Numbers("ms");
  const Json& measured = fields.Array("measured");
  const auto count = static_cast<std::size_t>(m);
  if (n.size() != count || ms.size() != count || measured.size() != count) {
    fields.Fail("\"n\", \"ms\" and \"measured\" must have " + std::to_string(m) + " entries");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (n[i] != static_cast<std::int64_t>(i) + 1) fields.Fail("\"n\" must count from 1");
    if (!(ms[i] >= 0) || !std::isfinite(ms[i])) fields.Fail("\"ms\" holds what is no time");
    if (i > 0 && ms[i] < ms[i - 1]) fields.Fail("\"ms\" falls with n");
    if (!measured[i].is_boolean()) fields.Fail("\"measured\" must hold true or false");
    layer.ms.push_back(ms[i]);
    layer.measured.push_back(measured[i].get<bool>());
  }
  fields.Finish();
  return layer;
}

}  // namespace

std::string LatencyToJson(const LatencyTable& t) {
  Json layers = Json::array();
  for (const LayerLatency& layer : t.layers) layers.push_back(ToJson(layer));
  const Json json = {{"winnow_latency_table", kVersion},
                     {"model", t.model},
                     {"cpu", t.cpu},
                     {"isa", t.isa},
                     {"threads", t.threads},
                     {"width", t.width},
                     {"height", t.height},
                     {"m", t.m},
                     {"peak_gmacs_per_second_per_thread", static_cast<float>(t.peak)},
                     {"rest_ms", static_cast<float>(t.rest_ms)},
                     {"checked_ms", static_cast<float>(t.checked_ms)},
                     {"predicted_ms", static_cast<float>(t.predicted_ms)},
                     {"layers", layers}};
  return DumpJson(json, "latency table");
}

LatencyTable LatencyFromJson(std::string_view text, const std::string& where) {
  const Json json = ParseJson(text, where);
  JsonFields fields(json, where);
  fields.Integer("winnow_latency_table", kVersion, kVersion);
  LatencyTable t;
  t.model = fields.Text("model");
  t.cpu = fields.Text("cpu");
  t.isa = fields.Text("isa");
  t.threads = static_cast<int>(fields.Integer("threads", 1, kMostThreads));
  t.width = static_cast<int>(fields.Integer("width", 1, kLargestExtent));
  t.height = static_cast<int>(fields.Integer("height", 1, kLargestExtent));
  t.m = static_cast<int>(fields.Integer("m", 1, kLargestM));
  t.peak = fields.Number("peak_gmacs_per_second_per_thread");
  t.rest_ms = Milliseconds(fields, "rest_ms");
  t.checked_ms = Milliseconds(fields, "checked_ms");
  t.predicted_ms = Milliseconds(fields, "predicted_ms");
  for (const Json& layer : fields.Array("layers")) {
    t.layers.push_back(
        LayerFromJson(layer, t.m, where + ": layer " + std::to_string(t.layers.size())));
  }
  fields.Finish();
  return t;
}

void WriteLatencyTable(const LatencyTable& table, const std::filesystem::path& path) {
  WriteFile(path, LatencyToJson(table) + "\n");
}

LatencyTable ReadLatencyTable(const std::filesystem::path& path) {
  return LatencyFromJson(ReadFile(path), path.string());
}

}  // namespace winnow
