#include "training/batch_source.h"

namespace winnow {
namespace {

// All pictures of a recipe have a target, or none has.
bool HasTargets(const std::vector<PicturePair>& pairs) {
  return pairs.front().target.size_bytes() != 0;
}

}  // namespace

BatchSource::BatchSource(const Recipe& recipe, const ModelInfo& info,
                         const std::vector<PicturePair>& pairs, at::Device device, int threads)
    : sampler_(pairs, info, recipe.patch, recipe.data.blur),
      count_(recipe.batch),
      patch_(recipe.patch),
      scale_(info.scale),
      device_(device),
      threads_(threads),
      input_(std::size_t{3} * recipe.batch * recipe.patch * recipe.patch),
      target_(HasTargets(pairs) ? input_.size() * info.scale * info.scale : 0) {}

Batch BatchSource::Next(Random::State& state) {
  Random random(state);
  sampler_.Fill(random, count_, input_.data(), target_.empty() ? nullptr : target_.data(),
                threads_);
  state = random.state();
  return {AsBatch(input_, patch_),
          target_.empty() ? at::Tensor() : AsBatch(target_, std::int64_t{patch_} * scale_)};
}

at::Tensor BatchSource::AsBatch(std::vector<float>& numbers, std::int64_t extent) const {
  return at::from_blob(numbers.data(), {count_, extent, extent, 3}, at::kFloat)
      .permute({0, 3, 1, 2})
      .to(device_);
}

}  // namespace winnow
