// Batches of random patches as libtorch tensors.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "graph/model.h"
#include "training/patch_sampler.h"
#include "training/recipe.h"

namespace winnow {

// Channels-last float32. On the CPU they share memory with the source and hold until its next
// batch.
struct Batch {
  at::Tensor input;   // [n, 3, patch, patch]
  at::Tensor target;  // [n, 3, patch * scale, patch * scale]; undefined where pictures have none
};

class BatchSource {
 public:
  // `pairs` must outlive the source; batches are made by `threads` threads and lie on `device`.
  BatchSource(const Recipe& recipe, const ModelInfo& info, const std::vector<PicturePair>& pairs,
              at::Device device = at::kCPU, int threads = 1);

  // Draws with `state` and leaves there what the next batch is drawn with.
  Batch Next(Random::State& state);

 private:
  // Interleaved numbers are a channels-last batch as they lie.
  at::Tensor AsBatch(std::vector<float>& numbers, std::int64_t extent) const;

  PatchSampler sampler_;
  int count_;
  int patch_;
  int scale_;
  at::Device device_;
  int threads_;
  std::vector<float> input_;
  std::vector<float> target_;
};

}  // namespace winnow
