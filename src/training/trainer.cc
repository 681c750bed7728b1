#include "training/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "formats/model_file.h"
#include "graph/correction.h"
#include "networks/motion_sense.h"
#include "training/adam.h"
#include "training/at_tensor.h"
#include "training/batch_source.h"
#include "training/checkpoint.h"
#include "training/initial_weights.h"
#include "training/pictures.h"
#include "training/prepare_model.h"
#include "training/run_log.h"
#include "training/sparse_training.h"
#include "training/teacher.h"
#include "training/train_step.h"
#include "training/validation.h"

namespace winnow {
namespace {

constexpr int kMaxSkippedInRow = 100;

// Keeps freed memory in the process: every step frees and takes the same blocks, and getting them
// from the system anew costs more (page faults) than the arithmetic of a small network.
void KeepMemory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

// By the names of params.
std::map<std::string, Pattern> InitialPatterns(const std::filesystem::path& path) {
  const Model model = ReadModel(path);
  std::map<std::string, Pattern> patterns;
  for (const auto& [id, pattern] : model.patterns) patterns[model.graph.param(id).name] = pattern;
  return patterns;
}

nlohmann::ordered_json Describe(const SparseTraining& sparse) {
  nlohmann::ordered_json n;
  const std::vector<int> patterns = sparse.Patterns();
  for (int i = 0; i < sparse.costs().layers(); ++i) n[sparse.costs().layer(i).name] = patterns[i];
  return {{"cost_fraction", sparse.Fraction()},
          {"patterns_fixed", sparse.frozen()},
          {"annealing", sparse.annealing()},
          {"m", sparse.costs().m()},
          {"n", n}};
}

Graph WithMotionEstimate(Graph graph) {
  const auto found = std::ranges::find(graph.nodes(), kMotionEstimate, &Node::name);
  if (found == graph.nodes().end()) {
    throw Error(ErrorKind::kInvalidArgument,
                "'motion_weight' needs a network that estimates the motion, such as steered_unet");
  }
  const auto* conv = std::get_if<Conv2d>(&found->op);
  if (conv == nullptr || graph.param(conv->weight).shape[0] != 3) {
    throw Error(ErrorKind::kInvalidArgument,
                std::string("'motion_weight' needs all three channels of ") + kMotionEstimate +
                    "; put it into 'exclude'");
  }
  std::vector<NodeId> outputs = {static_cast<NodeId>(found - graph.nodes().begin())};
  outputs.insert(outputs.end(), graph.outputs().begin(), graph.outputs().end());
  graph.SetOutputs(std::move(outputs));
  return graph;
}

class Run {
 public:
  Run(const Recipe& recipe, const TrainOptions& options)
      : recipe_(recipe),
        options_(options),
        device_(ParseDevice(options.device)),
        bf16_(recipe.bf16 && SupportsBf16(device_)),
        model_(PrepareModel(recipe)),
        pictures_(LoadPictures(recipe.data, model_.info.scale, recipe.patch, options.threads)),
        batches_(recipe, model_.info, pictures_.training,
                 {.device = device_, .threads = options.threads, .ahead = device_.is_cuda()}),
        conditions_(DecidingFields(recipe)) {
    conditions_["pictures"] = DigestOf(pictures_.training);
    if (!recipe.distillation.teacher.empty()) {
      teacher_.emplace(recipe.distillation, model_.info, device_);
    }
    if (!recipe.data.photos.empty()) {
      TakeAsTargets(recipe.distillation.teacher, pictures_.validation,
                    {.threads = options.threads, .device = options.device});
    }
    if (recipe.sparsity.method == "filter") filter_cost_ = PruneInitialFilters(recipe, model_);
    training_graph_ =
        recipe.optimiser.motion_weight > 0 ? WithMotionEstimate(model_.graph) : model_.graph;
    if (recipe.strength != 1) FindCorrection(model_);  // or it is refused, before it is trained
    MakeRunFolder();
    options.resume ? Resume() : Begin();
    first_step_ = run_.step;
    seconds_before_ = run_.seconds;
    start_ = std::chrono::steady_clock::now();
  }

  std::filesystem::path Execute() {
    while (run_.step < recipe_.optimiser.steps) {
      Step();
      ++run_.step;
      const bool last = run_.step == recipe_.optimiser.steps;
      const bool validate =
          (last || run_.step % recipe_.validate_every == 0) && !pictures_.validation.empty();
      if (last || validate || run_.step % recipe_.log_every == 0) Report(validate);
      const bool stop = options_.stop != nullptr && options_.stop->load();
      if (last || stop || run_.step % recipe_.checkpoint_every == 0) Save();
      if (stop && !last) {
        throw Error(ErrorKind::kInterrupted, "stopped after step " + std::to_string(run_.step) +
                                                 "; resume from " + CheckpointPath().string());
      }
    }
    if (sparse_ && !sparse_->frozen()) {
      log_->Message(run_.step, "the budget was not met; raise 'steps' or 'score_learning_rate'");
    }
    return WriteResult();
  }

 private:
  std::filesystem::path CheckpointPath() const { return options_.run_dir / kCheckpointFile; }

  void MakeRunFolder() const {
    std::error_code error;
    std::filesystem::create_directories(options_.run_dir, error);
    if (!error) return;
    throw Error(ErrorKind::kIo,
                options_.run_dir.string() + ": cannot be made into a folder: " + error.message());
  }

  void OpenLog(std::int64_t last_step) {
    log_.emplace(options_.run_dir / "log.jsonl", last_step);
    if (recipe_.bf16 == bf16_) return;
    log_->Message(run_.step, "this processor lacks AVX-512: float32 instead of bfloat16");
  }

  void Begin() {
    if (std::filesystem::exists(CheckpointPath())) {
      throw Error(
          ErrorKind::kInvalidArgument,
          options_.run_dir.string() + ": holds a run already; resume it, or choose another folder");
    }
    OpenLog(-1);
    for (const std::string& note : pictures_.notes) log_->Message(0, note);
    Random random(recipe_.seed);
    OptimiserState state;
    state.weights = filter_cost_ ? model_.weights : InitialWeights(model_, random);
    if (!filter_cost_ && !recipe_.initial_model.empty()) {
      const int taken = TakeInitialModel(recipe_.initial_model, model_.graph, state.weights);
      log_->Message(0, "took " + std::to_string(taken) + " of " +
                           std::to_string(state.weights.size()) + " weights from " +
                           recipe_.initial_model);
    }
    if (filter_cost_) {
      log_->Message(0, "removed filters; cost fraction " + ShortText(*filter_cost_));
    }
    run_.random = random.state();
    adam_.emplace(recipe_.optimiser, state, device_);
    if (HasPatterns(recipe_.sparsity)) {
      const SparsityState begin =
          InitialSparsity(recipe_, model_, InitialPatterns(recipe_.initial_model), state.weights);
      sparse_.emplace(recipe_, model_, begin, device_);
    }
    Save();
  }

  void Resume() {
    const Checkpoint checkpoint = ReadCheckpoint(CheckpointPath(), model_.graph, conditions_);
    run_ = checkpoint.run;
    adam_.emplace(recipe_.optimiser, checkpoint.optimiser, device_);
    if (checkpoint.sparsity) {
      sparse_.emplace(recipe_, model_, *checkpoint.sparsity, device_);
    }
    OpenLog(run_.step);
  }

  void Step() {
    if (sparse_) sparse_->BeginStep(run_.step, adam_->weights());
    const at::Tensor loss = Loss();
    loss.backward();  // before the loss is looked at, for which a GPU would have to come to a halt
    const double value = loss.item<double>();
    const bool finite = std::isfinite(value) &&
                        (!sparse_ || sparse_->CompleteGradients(adam_->weights())) &&
                        std::isfinite(adam_->ClipGradients());
    if (!finite) {
      Skip();
      return;
    }
    adam_->Update(LearningRate(recipe_.optimiser, run_.step));
    if (sparse_) UpdatePatterns();
    run_.skipped_in_row = 0;
    run_.loss_sum += value;
    ++run_.loss_count;
  }

  at::Tensor Loss() {
    const Batch batch = batches_.Next(run_.random, run_.step);
    StepOptions options = {.loss = recipe_.optimiser.loss,
                           .frequency_weight = recipe_.optimiser.frequency_weight,
                           .bf16 = bf16_,
                           .motion = batch.motion,
                           .motion_weight = recipe_.optimiser.motion_weight};
    if (teacher_) {
      options.teacher = teacher_->Output(batch.input, bf16_);
      options.teacher_weight = recipe_.distillation.weight;
    }
    return ComputeLoss(training_graph_,
                       sparse_ ? sparse_->NetworkWeights(adam_->weights()) : adam_->weights(),
                       batch.input, batch.target, options);
  }

  void UpdatePatterns() {
    if (sparse_->frozen() || !sparse_->Update()) return;
    adam_->RestartAverage();  // of weights that were trained for other masks
    while (const std::optional<double> budget = sparse_->PassedSnapshot()) {
      WriteSnapshot(*budget);
    }
    if (!sparse_->frozen()) return;
    log_->Message(run_.step + 1, "the budget is met; the patterns are fixed");
  }

  void Skip() {
    adam_->ClearGradients();
    ++run_.skipped;
    log_->Message(run_.step + 1, "step skipped: the loss or a gradient is not finite");
    if (++run_.skipped_in_row < kMaxSkippedInRow) return;
    throw Error(ErrorKind::kInvalidArgument,
                "training diverged: " + std::to_string(kMaxSkippedInRow) +
                    " steps in a row without a finite loss; lower 'learning_rate'");
  }

  double SessionSeconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

  void Report(bool validate) {
    TrainProgress progress;
    progress.step = run_.step;
    progress.steps = recipe_.optimiser.steps;
    progress.loss = run_.loss_count > 0 ? run_.loss_sum / static_cast<double>(run_.loss_count) : 0;
    progress.learning_rate = LearningRate(recipe_.optimiser, run_.step - 1);
    if (validate) progress.validation_psnr = Validate();
    const double seconds = SessionSeconds();
    const double rate = static_cast<double>(run_.step - first_step_) / seconds;
    progress.seconds_left = static_cast<double>(progress.steps - progress.step) / rate;
    nlohmann::ordered_json line = {{"loss", progress.loss},
                                   {"learning_rate", progress.learning_rate},
                                   {"seconds", seconds_before_ + seconds},
                                   {"steps_per_second", rate},
                                   {"seconds_left", progress.seconds_left}};
    if (run_.skipped > 0) line["skipped"] = run_.skipped;
    progress.cost_fraction = CostFraction().value_or(-1);
    if (sparse_) line.update(Describe(*sparse_));
    if (filter_cost_) line["cost_fraction"] = *filter_cost_;
    if (validate) {
      line["validation_psnr"] = progress.validation_psnr;
      line["protocol"] = ValidationProtocol(model_.info);
      if (!recipe_.data.photos.empty()) line["compared_with"] = "the teacher";
    }
    log_->Write(run_.step, std::move(line));
    run_.loss_sum = 0;
    run_.loss_count = 0;
    if (options_.on_progress) options_.on_progress(progress);
  }

  // Of the layers being pruned.
  std::optional<double> CostFraction() const {
    return sparse_ ? std::optional(sparse_->Fraction()) : filter_cost_;
  }

  // Into the model, as a file would get them.
  void TakeWeights() {
    model_.weights = adam_->Result();
    if (sparse_) sparse_->Prune(model_);
    if (recipe_.strength != 1) ScaleCorrection(model_, recipe_.strength);
  }

  double Validate() {
    TakeWeights();
    return ValidationPsnr(model_, pictures_.validation,
                          {.threads = options_.threads, .device = options_.device});
  }

  void Save() {
    run_.seconds = seconds_before_ + SessionSeconds();
    Checkpoint checkpoint = {run_, adam_->state(), std::nullopt, conditions_};
    if (sparse_) checkpoint.sparsity = sparse_->state();
    WriteCheckpoint(checkpoint, model_.graph, CheckpointPath());
  }

  std::filesystem::path WriteResult() { return WriteAs(recipe_.name, run_.step); }

  void WriteSnapshot(double budget) {
    const auto path = WriteAs(recipe_.name + "-" + ShortText(budget), run_.step + 1);
    log_->Message(run_.step + 1, "wrote " + path.string());
  }

  std::filesystem::path WriteAs(const std::string& name, std::int64_t steps) {
    TakeWeights();
    model_.info.provenance["training_steps"] = std::to_string(steps);
    model_.info.provenance["training_pictures"] =
        std::to_string(pictures_.training.size()) + ", digest " + conditions_.at("pictures");
    if (const std::optional<double> cost = CostFraction()) {
      model_.info.provenance["compression_cost"] = ShortText(*cost);
    }
    const std::filesystem::path path = options_.run_dir / (name + ".safetensors");
    WriteModel(model_, path, recipe_.weights_dtype == "f16" ? DType::kF16 : DType::kF32);
    return path;
  }

  const Recipe& recipe_;
  const TrainOptions& options_;
  at::Device device_;
  bool bf16_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Model model_;
  Pictures pictures_;
  BatchSource batches_;
  std::map<std::string, std::string> conditions_;
  Graph training_graph_;  // the model's, whose outputs may have the estimate of the motion in front
  RunState run_;
  std::optional<Adam> adam_;
  std::optional<SparseTraining> sparse_;
  std::optional<double> filter_cost_;  // left of the dense cost, of method "filter"
  std::optional<Teacher> teacher_;
  std::optional<RunLog> log_;
  std::int64_t first_step_ = 0;
  double seconds_before_ = 0;
};

}  // namespace

std::filesystem::path Train(const Recipe& recipe, const TrainOptions& options) {
  Validate(recipe);
  KeepMemory();
  at::set_num_threads(options.threads);
  at::globalContext().setBenchmarkCuDNN(true);  // one shape of batch all along
  Run run(recipe, options);
  return run.Execute();
}

}  // namespace winnow
