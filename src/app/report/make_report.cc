#include "app/report/make_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <memory>

#include "app/benchmark.h"
#include "app/evaluate.h"
#include "app/report/crops.h"
#include "app/report/subjects.h"
#include "app/report/timing.h"
#include "app/restorer.h"
#include "app/summary.h"
#include "base/file.h"
#include "engine/calibrate.h"
#include "image/bicubic.h"
#include "kernels/peak/peak.h"

namespace winnow {
namespace {

constexpr char kDense[] = "dense";
constexpr int kCropPictures = 2;

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

std::vector<Restorer> MakeRestorers(const std::vector<Subject>& subjects, int threads) {
  std::vector<Restorer> restorers;
  for (const Subject& subject : subjects) {
    const auto session = std::make_shared<Session>(
        subject.model, SessionOptions{.threads = threads, .expected_runs = 100});
    const Model* const model = &subject.model;
    restorers.push_back({subject.label, [session, model](const Image& image) {
                           return Restore(
                               *model, [&](const Tensor& input) { return session->Run(input); },
                               image);
                         }});
  }
  return restorers;
}

std::string Digest(const EvalSet& set) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const EvalPair& pair : set.pairs) {
    for (const std::filesystem::path& file : {pair.input, pair.target}) {
      if (file.empty()) continue;
      for (const char byte : ReadFile(file)) {
        hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3u;
      }
    }
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

// Returns by how much the first model exceeds the baseline on each picture, dB; zeros at scale 1.
std::vector<double> AddSet(const EvalSet& set, const std::vector<Restorer>& restorers,
                           const ReportOptions& options, Report& report) {
  const Protocol protocol = UsualProtocol(report.scale);
  EvalOptions eval{.on_row = {}, .stop = options.stop};
  const auto evaluate = [&](const Restorer& restorer) {
    eval.on_row = [&](const EvalRow& row) {
      Say(options, set.name + ": " + restorer.name + ": " + row.name);
    };
    return Evaluate(set, report.scale, protocol, restorer.restore, eval);
  };
  ReportSet& entry = report.sets.emplace_back();
  entry.name = set.name;
  entry.pictures = static_cast<int>(set.pairs.size());
  entry.digest = Digest(set);
  std::vector<double> gains(set.pairs.size(), 0);
  if (report.scale > 1) {
    const int scale = report.scale;
    const EvalReport baseline = evaluate(
        {"bicubic", [scale](const Image& image) { return ResizeBicubic(image, scale, 1); }});
    entry.baseline = baseline.mean.quality;
    for (std::size_t k = 0; k < gains.size(); ++k) gains[k] -= baseline.rows[k].quality.psnr;
  }
  for (std::size_t i = 0; i < restorers.size(); ++i) {
    const EvalReport measured = evaluate(restorers[i]);
    report.models[i].quality.push_back(measured.mean.quality);
    if (i > 0 || report.scale == 1) continue;
    for (std::size_t k = 0; k < gains.size(); ++k) gains[k] += measured.rows[k].quality.psnr;
  }
  return gains;
}

// Of the pictures where restoring gains most.
void AddCrops(const EvalSet& set, const std::vector<double>& gains,
              const std::vector<Restorer>& restorers, const ReportOptions& options,
              Report& report) {
  std::vector<std::size_t> order(set.pairs.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t k) { return gains[k]; });
  order.resize(std::min<std::size_t>(order.size(), kCropPictures));
  for (const std::size_t k : order) {
    Say(options, "crops of " + set.pairs[k].name);
    report.crops.push_back(MakeCrops(set.pairs[k], report.scale, restorers));
  }
}

void AddQuality(const std::vector<Subject>& subjects, const std::vector<EvalSet>& sets,
                const ReportOptions& options, Report& report) {
  if (sets.empty()) return;
  report.protocol = ToString(UsualProtocol(report.scale));
  const std::vector<Restorer> restorers = MakeRestorers(subjects, options.threads);
  for (const EvalSet& set : sets) {
    const std::vector<double> gains = AddSet(set, restorers, options, report);
    if (&set == &sets.front()) AddCrops(set, gains, restorers, options, report);
  }
}

}  // namespace

Report MakeReport(const ReportOptions& options) {
  Subjects subjects = ReadSubjects(options.subjects);
  const ModelInfo& info = subjects.models.front().model.info;
  std::vector<EvalSet> sets;
  for (const std::string& folder : options.sets) sets.push_back(FindEvalSet(folder, info.scale));

  Report report{.version = options.version,
                .date = options.date,
                .command = options.command,
                .task = info.task,
                .scale = info.scale,
                .width = options.width,
                .height = options.height,
                .timed_runs = options.timed_runs};
  if (report.width == 0) {
    const bool deblurring = info.task == "deblurring";
    report.width = deblurring ? 1280 : 320;
    report.height = deblurring ? 720 : 180;
  }
  report.runs = std::move(subjects.runs);
  AddModels(subjects.models, report);
  AddMachine(options, report);
  if (options.timed_runs > 0) AddTimes(subjects.models, options, report);
  AddQuality(subjects.models, sets, options, report);
  return report;
}

}  // namespace winnow
