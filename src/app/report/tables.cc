#include "app/report/tables.h"

#include <algorithm>

#include "app/report/text.h"

namespace winnow {
namespace {

constexpr char kNothing[] = "–";

std::string Giga(std::int64_t value, int digits) {
  return Decimal(static_cast<double>(value) / 1e9, digits);
}

std::string Kilo(std::int64_t value) { return Decimal(static_cast<double>(value) / 1e3, 1) + " K"; }

std::string QualityText(const Quality& quality, std::optional<double> lpips) {
  const std::string text = Decimal(quality.psnr, 3) + " / " + Decimal(quality.ssim, 4);
  return lpips ? text + " / " + Decimal(*lpips, 4) : text;
}

std::string OrNothing(const std::string& text) { return text.empty() ? kNothing : text; }

std::string Provenance(const ReportModel& model, const std::string& key) {
  const auto found = model.info.provenance.find(key);
  return found == model.info.provenance.end() ? kNothing : found->second;
}

// Patterns from the sparsest to the densest layer.
std::string PatternRange(const ReportModel& model) {
  int low = 257;
  int high = 0;
  int m = 0;
  for (const ReportLayer& layer : model.layers) {
    if (!layer.pattern) continue;
    low = std::min(low, layer.pattern->n);
    high = std::max(high, layer.pattern->n);
    m = layer.pattern->m;
  }
  if (m == 0) return kNothing;
  const std::string range =
      low == high ? std::to_string(low) : std::to_string(low) + "–" + std::to_string(high);
  return range + ":" + std::to_string(m);
}

std::vector<std::string> BaselineRow(const Report& report) {
  std::vector<std::string> row = {report.baseline, kNothing, kNothing, kNothing,
                                  kNothing,        kNothing, kNothing};
  for (const ReportSet& set : report.sets) {
    row.push_back(QualityText(set.baseline, set.baseline_lpips));
  }
  if (report.timed_runs > 0) row.insert(row.end(), {kNothing, kNothing});
  row.push_back(kNothing);
  return row;
}

std::vector<std::string> ResultRow(const ReportModel& model) {
  const ModelCost& cost = model.cost;
  std::vector<std::string> row = {model.label,
                                  model.method,
                                  OrNothing(model.budget),
                                  PatternRange(model),
                                  Giga(cost.paper_macs, 2),
                                  Decimal(100 * cost.fraction(), 1) + " %",
                                  Kilo(cost.params)};
  for (std::size_t i = 0; i < model.quality.size(); ++i) {
    row.push_back(QualityText(model.quality[i], model.LpipsOn(i)));
  }
  if (model.time) {
    row.push_back(Decimal(model.time->ms, 2));
    row.push_back(Decimal(model.time->speed_up(), 2) + "×");
  }
  row.push_back(Kilo(cost.bytes) + "B");
  return row;
}

bool MeasuresLpips(const Report& report) {
  return !report.models.empty() && !report.models[0].lpips.empty();
}

std::string Threads(int threads) {
  return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

std::string MachineText(const ReportMachine& machine) {
  return machine.cpu + ", " + machine.isa + ", " + Threads(machine.threads) + "; FMA peak " +
         Decimal(machine.peak_per_thread, 1) + " GMAC/s a thread, measured";
}

std::string StepsText(const ReportRun& run) {
  std::string text = std::to_string(run.log.last_step);
  if (run.steps > 0) text += " of " + std::to_string(run.steps);
  text += " steps, " + Decimal(run.log.seconds / 60, 0) + " min";
  return run.log.last_step < run.steps ? text + ", not finished" : text;
}

std::string MarkdownRow(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += " ";
    for (const char c : cell) line += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
    line += " |";
  }
  return line + "\n";
}

}  // namespace

Table ResultTable(const Report& report) {
  Table table{{"model", "method", "budget", "N:M", "GMACs", "of dense", "params"}, {}};
  const std::string figures = MeasuresLpips(report) ? " PSNR / SSIM / LPIPS" : " PSNR / SSIM";
  for (const ReportSet& set : report.sets) table.header.push_back(set.name + figures);
  if (report.timed_runs > 0) table.header.insert(table.header.end(), {"ms", "speed-up"});
  table.header.push_back("file");
  if (!report.sets.empty()) table.rows.push_back(BaselineRow(report));
  for (const ReportModel& model : report.models) table.rows.push_back(ResultRow(model));
  return table;
}

Table OriginTable(const Report& report) {
  Table table{{"model", "network", "exact GMACs", "dense network", "dense ms", "of FMA peak",
               "steps", "training pictures", "file"},
              {}};
  for (const ReportModel& model : report.models) {
    const bool twin = model.method != "dense" && !model.dense;
    table.rows.push_back(
        {model.label, model.info.network, Giga(model.cost.exact_macs, 3),
         model.dense ? report.models[*model.dense].label
         : twin      ? "its own, random weights"
                     : "itself",
         model.time ? Decimal(model.time->dense_ms, 2) : kNothing,
         model.time ? Decimal(100 * model.time->fraction_of_peak, 0) + " %" : kNothing,
         Provenance(model, "training_steps"), Provenance(model, "training_pictures"), model.file});
  }
  return table;
}

Table ProtocolTable(const Report& report) {
  Table table{{"what", "how"}, {}};
  const auto add = [&](const std::string& name, const std::string& value) {
    table.rows.push_back({name, value});
  };
  const std::string extent = std::to_string(report.width) + "x" + std::to_string(report.height);
  add("task", report.task + ", x" + std::to_string(report.scale));
  add("GMACs", "multiply-adds of one " + extent +
                   " input / 1e9, by the paper's rule: convolutions, one a bias addition, one an "
                   "element of an activation; only weights other than zero");
  add("of dense", "GMACs / those of the dense network");
  add("quality", report.sets.empty()
                     ? "not measured: no --set was given"
                     : "protocol " + report.protocol +
                           ", mean over the pictures, restored by the engine with packed weights");
  if (MeasuresLpips(report)) {
    add("LPIPS", "v0.1, AlexNet, on whole pictures; less is better");
  }
  for (const ReportSet& set : report.sets) {
    add("set " + set.name, std::to_string(set.pictures) + " pictures, digest " + set.digest);
  }
  add("ms", report.timed_runs > 0
                ? "median of " + std::to_string(report.timed_runs) + " runs on a " + extent +
                      " input, all models and dense networks in turns, in one process"
                : "not measured");
  if (report.timed_runs > 0) add("speed-up", "ms of the dense network in this engine / ms");
  add("machine", MachineText(report.machine));
  for (const ReportRun& run : report.runs) add("run " + run.name, StepsText(run));
  add("command", report.command);
  add("made", report.date + " by winnow " + report.version);
  return table;
}

std::string ReportMarkdown(const Report& report) {
  const Table results = ResultTable(report);
  std::string text = MarkdownRow(results.header) + "|";
  for (std::size_t i = 0; i < results.header.size(); ++i) text += i < 4 ? "---|" : "---:|";
  text += "\n";
  for (const auto& row : results.rows) text += MarkdownRow(row);
  text += "\n";
  for (const auto& fact : ProtocolTable(report).rows) {
    text += "* " + fact[0] + ": " + fact[1] + "\n";
  }
  return text;
}

}  // namespace winnow
