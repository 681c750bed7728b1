// Everything that determines a training run, read from one TOML file. Rerunning a recipe gives the
// model again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "image/exposure.h"

namespace winnow {

struct DataRecipe {
  // Folders of sharp pictures. Their low-resolution inputs are made by ResizeBicubic, blurred ones
  // as `blur` says.
  std::vector<std::filesystem::path> hr;
  // Pairs of folders with files of the same name: low resolution or blurred, and sharp.
  std::vector<std::filesystem::path> input;
  std::vector<std::filesystem::path> target;
  // Folders of pictures as the network gets them, with nothing to compare its result with: the
  // target is what the teacher makes of them, and all other folders are left out.
  std::vector<std::filesystem::path> photos;
  // Deblurring sets: folders that FindDeblurringPairs understands, and which inputs to take there.
  std::vector<std::filesystem::path> pairs;
  std::string pairs_input = "blur";  // or "blur_gamma"
  // For networks that keep the extent: every patch of `hr` is blurred anew, and so are, once, the
  // pictures kept for validation.
  std::optional<BlurOptions> blur;
  // How often a blurred patch is drawn on average, turned anew each time. Above 1 where blurring
  // takes longer than training.
  int blur_reuse = 1;
  // Every picture is used at each of these parts of its extent (0..2], bicubic. Enlarged ones are
  // as soft as frames of video and photographs of many megapixels.
  std::vector<double> sizes = {1.0};
  // Pictures kept out of training, to watch: every k-th file in name order; 0: none.
  int validation_every = 0;
};

struct OptimiserRecipe {
  // "l1", "mse", or "psnr": the mean over pictures of the logarithm of a picture's mean square
  // error (plus 1e-4), so that a picture that is hard counts no more than one that is nearly right
  // (as NAFNet is trained, Chen et al., ECCV 2022).
  std::string loss = "l1";
  // Of the mean absolute difference of the pictures' spectra, which is added to the loss. It weighs
  // what is lost at high frequencies, as MIMO-UNet's does (Cho et al., ICCV 2021).
  double frequency_weight = 0;
  // Of networks that estimate the blur (kMotionEstimate), beside the loss of the picture: the
  // weight of the mean absolute error of that estimate, in pixels. 0: they find out alone what they
  // need.
  double motion_weight = 0;
  double learning_rate = 1e-4;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  std::int64_t steps = 1000;
  std::int64_t warmup_steps = 0;
  std::string schedule = "step";  // "step": halved at `milestones`; "cosine": to zero at `steps`
  std::vector<std::int64_t> milestones;
  // The most that all gradients together may be long (L2 norm): longer ones are shortened; 0: any.
  double gradient_clip = 0;
  double ema =
      0;  // decay of an exponential moving average of the weights, which is then the result; 0: off
};

// Training with less than all weights (docs/sparsity.md) from `initial_model`.
struct SparsityRecipe {
  // With N:M patterns: "sls" searches an N for each layer; "one-shot" prunes the initial model by
  // magnitude and keeps the mask; "sr-ste" chooses the mask anew in every step, and "domino" too,
  // with an N for each layer that it takes from the initial model's magnitudes; "finetune" keeps
  // the patterns that the initial model has. "filter" removes whole filters by magnitude before the
  // first step. Empty: dense training.
  std::string method;
  int m = 32;
  // One of both: the most that the pruned layers may cost, as a fraction of their dense
  // multiply-adds, or (of one-shot and sr-ste) one N for all of them.
  double budget = 0;
  int n = 0;
  // Path of a file of winnow bench --layers: the budget is one of time by this table instead of
  // multiply-adds. Not for filter.
  std::string latency_table;
  std::string short_groups = "proportional";  // or "published", see sparsity/ranks.h
  bool prune_shuffled_last = false;           // see PrunableConvs
  std::vector<std::string> exclude;           // convolutions that stay dense, not counted either
  // An epoch is what the schedule of the search counts in; ranks are updated where one begins,
  // until this fraction of all steps is done.
  std::int64_t epoch_steps = 1000;
  double rank_updates = 1;
  // Of sls: from this fraction of the steps on the price rises in every step until the budget is
  // met, by a hundredth or, in schedules of fewer than 2,000 steps, by 20 / steps.
  double search_until = 0.3;
  // Of sls; see SlsOptions.
  double lambda = 0.357;  // for samples in 0..255, whatever the network's own range
  double score_learning_rate = 2e-3;
  bool priority_ordering = true;
  std::int64_t anneal_epochs = 2;
  double anneal_factor = 1.2;
  double anneal_threshold = 0.05;
  std::vector<double> snapshots;  // budgets at whose passing the model is written too, falling
  double decay = 2e-4;            // of sr-ste and domino, on the weights that are masked
};

// Whether the layers have patterns N:M while they are trained.
bool HasPatterns(const SparsityRecipe& recipe);

// Adds a comparison with another network's output to the loss.
struct DistillationRecipe {
  std::string teacher;  // path of a model file; empty: none
  double weight = 0.5;  // of the teacher; that of the target is 1 - weight; 1 for photos
};

struct Recipe {
  std::string name;     // of the model
  std::string network;  // row of networks/registry.h; empty: the initial model's own graph
  int scale = 0;
  std::map<std::string, int> settings;
  std::string initial_model;  // path; start from this model file's weights where names and shapes
                              // agree; empty: random
  std::uint64_t seed = 1;
  int batch = 16;
  int patch = 48;    // input pixels, square
  bool bf16 = true;  // autocast, channels-last
  DataRecipe data;
  OptimiserRecipe optimiser;
  SparsityRecipe sparsity;
  DistillationRecipe distillation;
  std::int64_t log_every = 100;
  std::int64_t checkpoint_every = 1000;
  std::int64_t validate_every = 1000;
  std::string licence = "Apache-2.0";
  // Of a network that corrects its input: the part of the correction that the result makes, see
  // graph/correction.h. Below 1 where so little data was seen that the network is too sure.
  double strength = 1;
  std::string weights_dtype = "f16";  // of the final model file, or "f32"
  std::map<std::string, std::string> provenance;
};

// Relative paths are taken from the recipe's folder. Unknown keys are errors. Errors: kNotFound,
// kInvalidArgument naming file and key.
Recipe ReadRecipe(const std::filesystem::path& path);

// The text of a recipe file: ReadRecipe makes the same recipe of it, but for relative paths, which
// are written as absolute ones. Errors: Validate's.
std::string ToToml(Recipe recipe);

// Error kInvalidArgument naming the first key whose value makes no sense. ReadRecipe calls it.
void Validate(const Recipe& recipe);

// What the trained weights depend on, apart from the pictures themselves, as text by key. A resumed
// run must agree with its checkpoint in all of it.
std::map<std::string, std::string> DecidingFields(const Recipe& recipe);

}  // namespace winnow
