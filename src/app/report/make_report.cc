#include "app/report/make_report.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <filesystem>

#include "app/benchmark.h"
#include "app/eval_set.h"
#include "app/report/measure_quality.h"
#include "app/report/subjects.h"
#include "app/report/timing.h"
#include "app/summary.h"
#include "engine/calibrate.h"
#include "kernels/peak/peak.h"

namespace winnow {
namespace {

constexpr char kDense[] = "dense";

void Say(const ReportOptions& options, const std::string& text) {
  if (options.on_progress) options.on_progress(text);
}

// The dense model among `subjects` that subject `i` was made of: the one it names, else one of the
// same network.
std::optional<int> FindDense(const std::vector<Subject>& subjects, std::size_t i) {
  if (subjects[i].method == kDense) return std::nullopt;
  std::optional<int> same_network;
  for (std::size_t j = 0; j < subjects.size(); ++j) {
    if (subjects[j].method != kDense) continue;
    if (subjects[j].model.info.name == subjects[i].parent) return static_cast<int>(j);
    if (!same_network && subjects[j].model.graph == subjects[i].model.graph) {
      same_network = static_cast<int>(j);
    }
  }
  return same_network;
}

ModelCost CostOf(const ModelSummary& summary, const Cost& dense, std::int64_t bytes) {
  const std::int64_t exact = std::llround(summary.nonzero_macs);
  return {.exact_macs = exact,
          .paper_macs = summary.cost.paper_macs - summary.cost.conv_macs + exact,
          .dense_paper_macs = dense.paper_macs,
          .params = summary.cost.params - summary.cost.conv_weights + summary.nonzero,
          .dense_params = dense.params,
          .bytes = bytes};
}

std::vector<ReportLayer> LayersOf(const ModelSummary& summary) {
  std::vector<ReportLayer> layers;
  for (const LayerSummary& layer : summary.layers) {
    const double density = static_cast<double>(layer.nonzero) / static_cast<double>(layer.weights);
    layers.push_back({layer.name, layer.pattern, density});
  }
  return layers;
}

void AddModels(const std::vector<Subject>& subjects, Report& report) {
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const Subject& subject = subjects[i];
    const std::optional<int> dense = FindDense(subjects, i);
    const Graph& dense_graph = subjects[dense.value_or(static_cast<int>(i))].model.graph;
    const ModelSummary summary = Summarize(subject.model, report.height, report.width);
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(subject.file));
    report.models.push_back(
        {.label = subject.label,
         .file = subject.file.string(),
         .info = subject.model.info,
         .method = subject.method,
         .budget = subject.budget,
         .run = subject.run,
         .dense = dense,
         .cost = CostOf(summary, CountCost(dense_graph, report.height, report.width), bytes),
         .layers = LayersOf(summary)});
  }
}

void AddMachine(const ReportOptions& options, Report& report) {
  const Isa isa = ChooseIsa();
  report.machine = {.cpu = CpuName(),
                    .isa = std::string(Name(isa)),
                    .threads = options.threads,
                    .peak_per_thread = MeasureFmaPeak(isa)};
}

// What the dense network of each subject is to be timed by: a model of the report where there is
// one, else a twin with random weights, one for all subjects of a network.
class DenseTwins {
 public:
  DenseTwins(const std::vector<Subject>& subjects, const Report& report) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      models_.push_back(&subjects[i].model);
    }
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const ReportModel& model = report.models[i];
      places_.push_back(model.dense              ? *model.dense
                        : model.method == kDense ? static_cast<int>(i)
                                                 : TwinOf(subjects[i].model));
    }
  }

  const std::vector<const Model*>& models() const { return models_; }
  // Of the dense network of subject i, in models().
  int place(std::size_t i) const { return places_[i]; }

 private:
  int TwinOf(const Model& model) {
    auto twin = std::ranges::find(twins_, model.graph, &Model::graph);
    if (twin == twins_.end()) {
      twins_.push_back(WithRandomWeights(model));
      models_.push_back(&twins_.back());
      twin = std::prev(twins_.end());
    }
    return static_cast<int>(std::ranges::find(models_, &*twin) - models_.begin());
  }

  std::deque<Model> twins_;  // that stay where they are
  std::vector<const Model*> models_;
  std::vector<int> places_;
};

void AddTimes(const std::vector<Subject>& subjects, const ReportOptions& options, Report& report) {
  const DenseTwins twins(subjects, report);
  TimingOptions timing{.width = report.width,
                       .height = report.height,
                       .threads = options.threads,
                       .runs = options.timed_runs,
                       .costs = options.costs,
                       .on_progress = {},
                       .stop = options.stop};
  timing.on_progress = [&](double done) {
    Say(options, "timing " + std::to_string(std::lround(100 * done)) + " %");
  };
  const std::vector<double> ms = TimeInTurns(twins.models(), timing);
  const double peak = report.machine.peak_per_thread * options.threads;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    ReportModel& model = report.models[i];
    const double gmacs_per_second = static_cast<double>(model.cost.exact_macs) / 1e6 / ms[i];
    model.time = ReportTime{ms[i], ms[twins.place(i)], gmacs_per_second / peak};
  }
}

}  // namespace

Report MakeReport(const ReportOptions& options) {
  Subjects subjects = ReadSubjects(options.subjects);
  const ModelInfo& info = subjects.models.front().model.info;
  std::vector<EvalSet> sets;
  for (const std::string& folder : options.sets)
    sets.push_back(FindEvalSet(folder, info.scale, options.blurred));

  Report report{.version = options.version,
                .date = options.date,
                .command = options.command,
                .task = info.task,
                .scale = info.scale,
                .width = options.width,
                .height = options.height,
                .timed_runs = options.timed_runs};
  if (report.width == 0) {
    const InputSize size = QuotedSize(info);
    report.width = size.width;
    report.height = size.height;
  }
  report.runs = std::move(subjects.runs);
  AddModels(subjects.models, report);
  AddMachine(options, report);
  if (options.timed_runs > 0) AddTimes(subjects.models, options, report);
  MeasureQuality(subjects.models, sets, options, report);
  return report;
}

}  // namespace winnow
