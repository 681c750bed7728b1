#include "app/report/report_json.h"

#include <nlohmann/json.hpp>

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Quality& quality, std::optional<double> lpips) {
  Json json = {{"psnr", quality.psnr}, {"ssim", quality.ssim}};
  if (lpips) json["lpips"] = *lpips;
  return json;
}

Json ToJson(const ReportLayer& layer) {
  Json json = {{"name", layer.name}, {"pattern", nullptr}, {"density", layer.density}};
  if (layer.pattern) json["pattern"] = ToString(*layer.pattern);
  return json;
}

Json ToJson(const Report& report, const ReportModel& model) {
  const ModelCost& cost = model.cost;
  Json json = {{"label", model.label},
               {"name", model.info.name},
               {"file", model.file},
               {"network", model.info.network},
               {"method", model.method},
               {"budget", model.budget},
               {"run", nullptr},
               {"dense", nullptr},
               {"exact_macs", cost.exact_macs},
               {"paper_macs", cost.paper_macs},
               {"dense_paper_macs", cost.dense_paper_macs},
               {"fraction", cost.fraction()},
               {"params", cost.params},
               {"dense_params", cost.dense_params},
               {"bytes", cost.bytes},
               {"quality", Json::object()},
               {"time", nullptr},
               {"layers", Json::array()},
               {"provenance", model.info.provenance}};
  if (model.run) json["run"] = report.runs[*model.run].name;
  if (model.dense) json["dense"] = report.models[*model.dense].label;
  for (std::size_t i = 0; i < model.quality.size(); ++i) {
    json["quality"][report.sets[i].name] = ToJson(model.quality[i], model.LpipsOn(i));
  }
  if (model.time) {
    json["time"] = {{"ms", model.time->ms},
                    {"dense_ms", model.time->dense_ms},
                    {"speed_up", model.time->speed_up()},
                    {"fraction_of_peak", model.time->fraction_of_peak}};
  }
  for (const ReportLayer& layer : model.layers) json["layers"].push_back(ToJson(layer));
  return json;
}

Json ToJson(const Report& report, const ReportSet& set) {
  return {{"name", set.name},
          {"pictures", set.pictures},
          {"digest", set.digest},
          {report.baseline, ToJson(set.baseline, set.baseline_lpips)}};
}

Json ToJson(const std::vector<LogPoint>& curve) {
  Json json = Json::array();
  for (const LogPoint& point : curve) json.push_back({point.step, point.value});
  return json;
}

Json ToJson(const ReportRun& run) {
  return {{"name", run.name},
          {"folder", run.folder},
          {"steps", run.steps},
          {"last_step", run.log.last_step},
          {"seconds", run.log.seconds},
          {"validation_protocol", run.log.protocol},
          {"loss", ToJson(run.log.loss)},
          {"validation_psnr", ToJson(run.log.validation_psnr)},
          {"cost_fraction", ToJson(run.log.cost_fraction)}};
}

}  // namespace

Json ReportJson(const Report& report) {
  Json json = {{"version", report.version},
               {"date", report.date},
               {"command", report.command},
               {"task", report.task},
               {"scale", report.scale},
               {"input", {{"width", report.width}, {"height", report.height}}},
               {"protocol", nullptr},
               {"timed_runs", report.timed_runs},
               {"machine",
                {{"cpu", report.machine.cpu},
                 {"isa", report.machine.isa},
                 {"threads", report.machine.threads},
                 {"peak_gmacs_per_second_per_thread", report.machine.peak_per_thread}}},
               {"sets", Json::array()},
               {"models", Json::array()},
               {"runs", Json::array()}};
  if (!report.protocol.empty()) json["protocol"] = report.protocol;
  for (const ReportSet& set : report.sets) json["sets"].push_back(ToJson(report, set));
  for (const ReportModel& model : report.models) json["models"].push_back(ToJson(report, model));
  for (const ReportRun& run : report.runs) json["runs"].push_back(ToJson(run));
  return json;
}

}  // namespace winnow
