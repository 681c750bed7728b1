#include "training/batch_source.h"

namespace winnow {

BatchSource::BatchSource(const Recipe& recipe, const ModelInfo& info,
                         const std::vector<PicturePair>& pairs, at::Device device, int threads)
    : sampler_(pairs, info, recipe.patch, recipe.data.blur),
      count_(recipe.batch),
      patch_(recipe.patch),
      scale_(info.scale),
      device_(device),
      threads_(threads),
      input_(std::size_t{3} * recipe.batch * recipe.patch * recipe.patch),
      target_(input_.size() * info.scale * info.scale) {}

Batch BatchSource::Next(Random::State& state) {
  Random random(state);
  sampler_.Fill(random, count_, input_.data(), target_.data(), threads_);
  state = random.state();
  return {AsBatch(input_, patch_), AsBatch(target_, std::int64_t{patch_} * scale_)};
}

at::Tensor BatchSource::AsBatch(std::vector<float>& numbers, std::int64_t extent) const {
  return at::from_blob(numbers.data(), {count_, extent, extent, 3}, at::kFloat)
      .permute({0, 3, 1, 2})
      .to(device_);
}

}  // namespace winnow
