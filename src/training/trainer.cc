#include "training/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "formats/model_file.h"
#include "training/adam.h"
#include "training/checkpoint.h"
#include "training/initial_weights.h"
#include "training/patch_sampler.h"
#include "training/pictures.h"
#include "training/prepare_model.h"
#include "training/run_log.h"
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

class Run {
 public:
  Run(const Recipe& recipe, const TrainOptions& options)
      : recipe_(recipe),
        options_(options),
        model_(PrepareModel(recipe)),
        pictures_(LoadPictures(recipe.data, model_.info.scale, recipe.patch, options.threads)),
        sampler_(pictures_.training, model_.info, recipe.patch),
        conditions_(DecidingFields(recipe)) {
    conditions_["pictures"] = Digest(pictures_.training);
    MakeRunFolder();
    options.resume ? Resume() : Begin();
    first_step_ = run_.step;
    seconds_before_ = run_.seconds;
    start_ = std::chrono::steady_clock::now();
    const std::size_t input_size = std::size_t{3} * recipe.batch * recipe.patch * recipe.patch;
    input_.resize(input_size);
    target_.resize(input_size * model_.info.scale * model_.info.scale);
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
    return WriteResult();
  }

 private:
  std::filesystem::path CheckpointPath() const {
    return options_.run_dir / "checkpoint.safetensors";
  }

  void MakeRunFolder() const {
    std::error_code error;
    std::filesystem::create_directories(options_.run_dir, error);
    if (!error) return;
    throw Error(ErrorKind::kIo,
                options_.run_dir.string() + ": cannot be made into a folder: " + error.message());
  }

  void OpenLog(std::int64_t last_step) { log_.emplace(options_.run_dir / "log.jsonl", last_step); }

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
    state.weights = InitialWeights(model_.graph, random);
    if (!recipe_.initial_model.empty()) {
      const int taken = TakeInitialModel(recipe_.initial_model, model_.graph, state.weights);
      log_->Message(0, "took " + std::to_string(taken) + " of " +
                           std::to_string(state.weights.size()) + " weights from " +
                           recipe_.initial_model);
    }
    run_.random = random.state();
    adam_.emplace(recipe_.optimiser, state);
    Save();
  }

  void Resume() {
    const Checkpoint checkpoint = ReadCheckpoint(CheckpointPath(), model_.graph, conditions_);
    run_ = checkpoint.run;
    adam_.emplace(recipe_.optimiser, checkpoint.optimiser);
    OpenLog(run_.step);
  }

  void Step() {
    const double learning_rate = LearningRate(recipe_.optimiser, run_.step);
    Random random(run_.random);
    sampler_.Fill(random, recipe_.batch, input_.data(), target_.data());
    run_.random = random.state();
    const at::Tensor loss =
        ComputeLoss(model_.graph, adam_->weights(), AsBatch(input_, recipe_.patch),
                    AsBatch(target_, recipe_.patch * model_.info.scale),
                    {.loss = recipe_.optimiser.loss, .bf16 = recipe_.bf16});
    const double value = loss.item<double>();
    if (std::isfinite(value)) loss.backward();
    if (!std::isfinite(value) || !adam_->GradientsAreFinite()) {
      Skip();
      return;
    }
    adam_->Update(learning_rate);
    run_.skipped_in_row = 0;
    run_.loss_sum += value;
    ++run_.loss_count;
  }

  // Interleaved numbers are a channels-last batch as they lie.
  at::Tensor AsBatch(std::vector<float>& numbers, std::int64_t extent) const {
    return at::from_blob(numbers.data(), {recipe_.batch, extent, extent, 3}, at::kFloat)
        .permute({0, 3, 1, 2});
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
    if (validate) {
      line["validation_psnr"] = progress.validation_psnr;
      line["protocol"] = ValidationProtocol(model_.info);
    }
    log_->Write(run_.step, std::move(line));
    run_.loss_sum = 0;
    run_.loss_count = 0;
    if (options_.on_progress) options_.on_progress(progress);
  }

  double Validate() {
    model_.weights = adam_->Result();
    return ValidationPsnr(model_, pictures_.validation, options_.threads);
  }

  void Save() {
    run_.seconds = seconds_before_ + SessionSeconds();
    WriteCheckpoint({run_, adam_->state(), conditions_}, model_.graph, CheckpointPath());
  }

  std::filesystem::path WriteResult() {
    model_.weights = adam_->Result();
    model_.info.provenance["training_steps"] = std::to_string(recipe_.optimiser.steps);
    model_.info.provenance["training_pictures"] =
        std::to_string(pictures_.training.size()) + ", digest " + conditions_.at("pictures");
    const std::filesystem::path path = options_.run_dir / (recipe_.name + ".safetensors");
    WriteModel(model_, path, recipe_.weights_dtype == "f16" ? DType::kF16 : DType::kF32);
    return path;
  }

  const Recipe& recipe_;
  const TrainOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Model model_;
  Pictures pictures_;
  PatchSampler sampler_;
  std::map<std::string, std::string> conditions_;
  RunState run_;
  std::optional<Adam> adam_;
  std::optional<RunLog> log_;
  std::int64_t first_step_ = 0;
  double seconds_before_ = 0;
  std::vector<float> input_;
  std::vector<float> target_;
};

}  // namespace

std::filesystem::path Train(const Recipe& recipe, const TrainOptions& options) {
  Validate(recipe);
  KeepMemory();
  at::set_num_threads(options.threads);
  Run run(recipe, options);
  return run.Execute();
}

}  // namespace winnow
