#include "cli/compress_report.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "sparsity/pattern.h"

namespace winnow {

double Decibels(double mean_square, float range) {
  return 10 * std::log10(static_cast<double>(range) * range / mean_square);
}

std::string FormatReport(const CompressReport& report) {
  std::vector<std::vector<std::string>> layers = {
      {"layer", "N:M", "error %", "loss dB", report.cost_unit, "dense"}};
  for (const GreedyLayer& layer : report.layers) {
    const bool dense = layer.n == report.m;
    layers.push_back({layer.name, dense ? "dense" : ToString(Pattern{layer.n, report.m}),
                      dense ? "-" : Fixed(100 * layer.error, 2),
                      dense ? "-" : Fixed(Decibels(layer.loss, report.pixel_range), 1),
                      Fixed(layer.cost, 1), Fixed(layer.dense_cost, 1)});
  }
  std::vector<std::vector<std::string>> totals = {
      {"model", report.model},
      {"kept of the prunable " + report.cost_unit, Fixed(100 * report.kept, 2) + " %"},
      {"parameters", Grouped(report.nonzero_params) + " of " + Grouped(report.params)},
      {"file", Grouped(report.bytes) + " bytes"},
      {"output against the dense model's", Fixed(report.psnr_to_dense, 2) + " dB"}};
  if (report.psnr_dense) {
    totals.push_back({"calibration crops, dense", Fixed(*report.psnr_dense, 3) + " dB"});
    totals.push_back({"calibration crops, compressed", Fixed(*report.psnr_compressed, 3) + " dB"});
  }
  totals.push_back({"seconds", Fixed(report.seconds, 1)});
  return FormatTable(layers, {0, 1}) + "\n" + FormatTable(totals, {0, 1});
}

nlohmann::ordered_json ToJson(const CompressReport& report) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const GreedyLayer& layer : report.layers) {
    layers.push_back({{"name", layer.name},
                      {"n", layer.n},
                      {"m", report.m},
                      {"error", layer.error},
                      {"loss", layer.loss},
                      {"cost", layer.cost},
                      {"dense_cost", layer.dense_cost}});
  }
  nlohmann::ordered_json json = {{"model", report.model},
                                 {"method", report.method},
                                 {"budget", report.budget},
                                 {"cost_unit", report.cost_unit},
                                 {"kept", report.kept},
                                 {"params", report.params},
                                 {"nonzero_params", report.nonzero_params},
                                 {"bytes", report.bytes},
                                 {"psnr_to_dense", report.psnr_to_dense},
                                 {"seconds", report.seconds}};
  if (report.psnr_dense) {
    json["psnr_dense"] = *report.psnr_dense;
    json["psnr_compressed"] = *report.psnr_compressed;
  }
  json["layers"] = std::move(layers);
  return json;
}

}  // namespace winnow
