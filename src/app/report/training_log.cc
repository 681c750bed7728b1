#include "app/report/training_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"

namespace winnow {
namespace {

using Json = nlohmann::json;

void AddPoint(const Json& line, const char* key, std::int64_t step, std::vector<LogPoint>& curve) {
  const auto value = line.find(key);
  if (value != line.end() && value->is_number()) curve.push_back({step, value->get<double>()});
}

void AddLine(const Json& line, TrainingLog& log) {
  const auto step = line.find("step");
  if (step == line.end() || !step->is_number_integer()) return;
  const auto at = step->get<std::int64_t>();
  log.last_step = std::max(log.last_step, at);
  AddPoint(line, "loss", at, log.loss);
  AddPoint(line, "validation_psnr", at, log.validation_psnr);
  AddPoint(line, "cost_fraction", at, log.cost_fraction);
  const auto protocol = line.find("protocol");
  if (protocol != line.end() && protocol->is_string()) log.protocol = protocol->get<std::string>();
  const auto seconds = line.find("seconds");
  if (seconds != line.end() && seconds->is_number()) log.seconds = seconds->get<double>();
}

}  // namespace

TrainingLog ParseTrainingLog(std::string_view text) {
  TrainingLog log;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_object()) AddLine(json, log);
  }
  return log;
}

TrainingLog ReadTrainingLog(const std::filesystem::path& path) {
  return ParseTrainingLog(ReadFile(path));
}

}  // namespace winnow
