#include "app/report/page_charts.h"

#include <algorithm>
#include <functional>
#include <set>

#include "app/report/chart.h"
#include "app/report/text.h"

namespace winnow {
namespace {

using Measure = std::function<double(const ReportModel&)>;

// Methods in the order of their first model.
std::vector<std::string> Methods(const Report& report) {
  std::vector<std::string> methods;
  for (const ReportModel& model : report.models) {
    if (std::ranges::find(methods, model.method) == methods.end()) methods.push_back(model.method);
  }
  return methods;
}

// A line through the models of each run that has several; it is drawn as the run's last model is.
std::vector<ChartSeries> RunLines(const Report& report, const std::vector<std::string>& methods,
                                  const Measure& x, const Measure& y) {
  std::vector<ChartSeries> lines(report.runs.size());
  for (const ReportModel& model : report.models) {
    if (!model.run) continue;
    ChartSeries& line = lines[*model.run];
    line.style = static_cast<int>(std::ranges::find(methods, model.method) - methods.begin());
    line.line = true;
    line.markers = false;
    line.points.push_back({x(model), y(model), ""});
  }
  std::erase_if(lines, [](const ChartSeries& line) { return line.points.size() < 2; });
  for (ChartSeries& line : lines) std::ranges::stable_sort(line.points, {}, &ChartPoint::x);
  return lines;
}

std::string TradeOffChart(const Report& report, std::size_t set, const std::string& x_name,
                          const Measure& x) {
  const Measure y = [set](const ReportModel& model) { return model.quality[set].psnr; };
  const std::vector<std::string> methods = Methods(report);
  Chart chart{.title = report.sets[set].name + ": PSNR against " + x_name,
              .x_name = x_name,
              .y_name = "PSNR, dB (" + report.protocol + ")",
              .series = RunLines(report, methods, x, y)};
  for (std::size_t i = 0; i < methods.size(); ++i) {
    ChartSeries& series = chart.series.emplace_back();
    series.name = methods[i];
    series.style = static_cast<int>(i);
    for (const ReportModel& model : report.models) {
      if (model.method == methods[i]) series.points.push_back({x(model), y(model), model.label});
    }
  }
  return DrawChart(chart);
}

std::string LayerChart(const ReportModel& model) {
  int m = 0;
  double weights = 0;
  for (const ReportLayer& layer : model.layers)
    m = std::max(m, layer.pattern ? layer.pattern->m : 0);
  std::vector<Bar> bars;
  for (const ReportLayer& layer : model.layers) {
    const double n =
        layer.pattern ? static_cast<double>(layer.pattern->n) * m / layer.pattern->m : m;
    weights += layer.pattern ? 1 : 0;
    const std::string kept = layer.pattern ? ToString(*layer.pattern) : "dense";
    bars.push_back({layer.name + ": " + kept + ", " + Decimal(100 * layer.density, 1) + " % kept",
                    n, !layer.pattern});
  }
  const std::string title = model.label + ": " + Decimal(weights, 0) + " sparse layers of " +
                            std::to_string(model.layers.size());
  return DrawBars(title, "convolution", "N of " + std::to_string(m) + " kept", m, bars);
}

using Curve = std::vector<LogPoint> TrainingLog::*;

std::string TrainingChart(const Report& report, const std::string& name, Curve curve,
                          bool markers) {
  Chart chart{.title = name + " by step", .x_name = "step", .y_name = name, .series = {}};
  for (std::size_t i = 0; i < report.runs.size(); ++i) {
    const std::vector<LogPoint>& points = report.runs[i].log.*curve;
    if (points.empty()) continue;
    ChartSeries& series = chart.series.emplace_back();
    series.name = report.runs[i].name;
    series.style = static_cast<int>(i);
    series.line = true;
    series.markers = markers;
    for (const LogPoint& point : points) {
      series.points.push_back({static_cast<double>(point.step), point.value, ""});
    }
  }
  return chart.series.empty() ? "" : DrawChart(chart);
}

std::string ValidationName(const Report& report) {
  std::set<std::string> protocols;
  for (const ReportRun& run : report.runs) {
    if (!run.log.protocol.empty()) protocols.insert(run.log.protocol);
  }
  std::string text;
  for (const std::string& protocol : protocols) text += (text.empty() ? " (" : ", ") + protocol;
  return "validation PSNR, dB" + (text.empty() ? "" : text + ")");
}

}  // namespace

std::string TradeOffCharts(const Report& report, std::size_t set) {
  std::string html = TradeOffChart(
      report, set, "GMACs (paper's rule)",
      [](const ReportModel& model) { return static_cast<double>(model.cost.paper_macs) / 1e9; });
  if (report.timed_runs > 0) {
    html += TradeOffChart(report, set, "measured ms",
                          [](const ReportModel& model) { return model.time->ms; });
  }
  return html;
}

std::string LayerCharts(const Report& report) {
  std::string html;
  for (const ReportModel& model : report.models) {
    if (model.is_sparse()) html += LayerChart(model);
  }
  return html;
}

std::string TrainingCharts(const Report& report) {
  return TrainingChart(report, "loss", &TrainingLog::loss, false) +
         TrainingChart(report, ValidationName(report), &TrainingLog::validation_psnr, true) +
         TrainingChart(report, "cost, fraction of dense", &TrainingLog::cost_fraction, false);
}

}  // namespace winnow
