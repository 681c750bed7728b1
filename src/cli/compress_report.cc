#include "cli/compress_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "sparsity/pattern.h"

namespace winnow {
namespace {

std::string DescribeKept(const CompressReport& report, const CompressedLayer& layer) {
  if (report.m == 0) return std::to_string(layer.kept) + " of " + std::to_string(layer.whole);
  return layer.kept == layer.whole ? "dense" : ToString(Pattern{layer.kept, layer.whole});
}

std::string FormatLayers(const CompressReport& report) {
  const bool losses = std::ranges::any_of(
      report.layers, [](const CompressedLayer& layer) { return layer.loss.has_value(); });
  std::vector<std::vector<std::string>> rows = {{"layer", report.m == 0 ? "filters" : "N:M"}};
  if (losses) rows[0].insert(rows[0].end(), {"error %", "loss dB"});
  rows[0].insert(rows[0].end(), {report.cost_unit, "dense"});
  for (const CompressedLayer& layer : report.layers) {
    std::vector<std::string>& row = rows.emplace_back();
    row = {layer.name, DescribeKept(report, layer)};
    if (losses) {
      const bool dense = layer.kept == layer.whole;
      row.push_back(dense ? "-" : Fixed(100 * *layer.error, 2));
      row.push_back(dense ? "-" : Fixed(Decibels(*layer.loss, report.pixel_range), 1));
    }
    row.insert(row.end(), {Fixed(layer.cost, 1), Fixed(layer.dense_cost, 1)});
  }
  return FormatTable(rows, {0, 1});
}

// What had seen the pictures that a model was measured on, in the table and in JSON.
struct SeenWords {
  const char* told;
  const char* name;
};
SeenWords Words(SeenBy seen_by) {
  switch (seen_by) {
    case SeenBy::kTraining:
      return {", which were trained on", "training"};
    case SeenBy::kFit:
      return {", at other places than those fitted to", "fit"};
    case SeenBy::kNothing:
      break;
  }
  return {", held out", "nothing"};
}

std::string Describe(const MeasuredOn& on) {
  return std::to_string(on.crops) + " crops of " + std::to_string(on.pictures) +
         (on.pictures == 1 ? " picture" : " pictures") + Words(on.seen_by).told;
}

nlohmann::ordered_json LayerToJson(const CompressReport& report, const CompressedLayer& layer) {
  nlohmann::ordered_json json = {{"name", layer.name}};
  json[report.m == 0 ? "filters" : "n"] = layer.kept;
  json[report.m == 0 ? "dense_filters" : "m"] = layer.whole;
  if (layer.error) json["error"] = *layer.error;
  if (layer.loss) json["loss"] = *layer.loss;
  json["cost"] = layer.cost;
  json["dense_cost"] = layer.dense_cost;
  return json;
}

}  // namespace

double Decibels(double mean_square, float range) {
  return 10 * std::log10(static_cast<double>(range) * range / mean_square);
}

std::string FormatReport(const CompressReport& report) {
  std::vector<std::vector<std::string>> totals = {
      {"model", report.model},
      {"kept of the prunable " + report.cost_unit, Fixed(100 * report.kept, 2) + " %"},
      {"parameters", Grouped(report.nonzero_params) + " of " + Grouped(report.params)},
      {"file", Grouped(report.bytes) + " bytes"}};
  if (report.measured_on) totals.push_back({"measured on", Describe(*report.measured_on)});
  const auto add = [&](const char* what, std::optional<double> psnr, int digits) {
    if (psnr) totals.push_back({what, Fixed(*psnr, digits) + " dB"});
  };
  add("output against the dense model's, pruned", report.psnr_to_dense_untrained, 2);
  add("output against the dense model's", report.psnr_to_dense, 2);
  add("against the photographs, dense", report.psnr_dense, 3);
  add("against the photographs, pruned", report.psnr_untrained, 3);
  add("against the photographs, compressed", report.psnr_compressed, 3);
  totals.push_back({"seconds", Fixed(report.seconds, 1)});
  return FormatLayers(report) + "\n" + FormatTable(totals, {0, 1});
}

nlohmann::ordered_json ToJson(const CompressReport& report) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const CompressedLayer& layer : report.layers) layers.push_back(LayerToJson(report, layer));
  nlohmann::ordered_json json = {{"model", report.model},
                                 {"method", report.method},
                                 {"budget", report.budget},
                                 {"cost_unit", report.cost_unit},
                                 {"kept", report.kept},
                                 {"params", report.params},
                                 {"nonzero_params", report.nonzero_params},
                                 {"bytes", report.bytes},
                                 {"seconds", report.seconds}};
  if (report.measured_on) {
    const MeasuredOn& on = *report.measured_on;
    json["measured_on"] = {
        {"crops", on.crops}, {"pictures", on.pictures}, {"seen_by", Words(on.seen_by).name}};
  }
  if (report.psnr_to_dense) json["psnr_to_dense"] = *report.psnr_to_dense;
  if (report.psnr_to_dense_untrained) {
    json["psnr_to_dense_untrained"] = *report.psnr_to_dense_untrained;
  }
  if (report.psnr_untrained) json["psnr_untrained"] = *report.psnr_untrained;
  if (report.psnr_dense) {
    json["psnr_dense"] = *report.psnr_dense;
    json["psnr_compressed"] = *report.psnr_compressed;
  }
  json["layers"] = std::move(layers);
  return json;
}

}  // namespace winnow
