#include "training/batch_source.h"

#include "networks/motion_sense.h"

namespace winnow {
namespace {

PatchReuse ReuseOf(const Recipe& recipe) {
  constexpr int kHeldBatches = 64;  // so that a batch rarely holds a patch twice
  return {
      .times = recipe.data.blur_reuse, .held = kHeldBatches * recipe.batch, .seed = recipe.seed};
}

}  // namespace

BatchSource::BatchSource(const Recipe& recipe, const ModelInfo& info,
                         const std::vector<PicturePair>& pairs, const BatchOptions& options)
    : sampler_(pairs, info, recipe.patch, recipe.data.blur, ReuseOf(recipe)),
      count_(recipe.batch),
      patch_(recipe.patch),
      scale_(info.scale),
      // All pictures of a recipe have a target, or none has.
      has_targets_(pairs.front().target.size_bytes() != 0),
      has_motion_(recipe.optimiser.motion_weight > 0),
      options_(options) {}

Batch BatchSource::Next(Random::State& state, std::int64_t step) {
  Drawn drawn;
  if (ahead_.valid()) drawn = ahead_.get();
  if (!drawn.input.defined() || drawn.before != state || drawn.step != step) {
    drawn = Draw(state, step);
  }
  state = drawn.after;
  if (options_.ahead) {
    ahead_ = std::async(std::launch::async, [this, state, step] { return Draw(state, step + 1); });
  }
  return {AsBatch(drawn.input), AsBatch(drawn.target), AsBatch(drawn.motion)};
}

BatchSource::Drawn BatchSource::Draw(const Random::State& state, std::int64_t step) {
  Random random(state);
  Drawn drawn = {.step = step, .before = state, .after = {}, .input = Empty(patch_)};
  if (has_targets_) drawn.target = Empty(std::int64_t{patch_} * scale_);
  if (has_motion_) drawn.motion = Empty(patch_ / kMotionReduction);
  const auto data = [](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
  };
  sampler_.MoveTo(step * count_);
  sampler_.Fill(random, count_, {data(drawn.input), data(drawn.target), data(drawn.motion)},
                options_.threads);
  drawn.after = random.state();
  return drawn;
}

// A GPU fetches by itself from memory that stays in its place.
at::Tensor BatchSource::Empty(std::int64_t extent) const {
  return at::empty({count_, extent, extent, 3},
                   at::TensorOptions(at::kFloat).pinned_memory(options_.device.is_cuda()));
}

// Interleaved numbers are a channels-last batch as they lie.
at::Tensor BatchSource::AsBatch(const at::Tensor& drawn) const {
  if (!drawn.defined()) return {};
  return drawn.permute({0, 3, 1, 2}).to(options_.device, /*non_blocking=*/true);
}

}  // namespace winnow
