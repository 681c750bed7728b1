// Batches of random patches as libtorch tensors.
#pragma once

#include <ATen/ATen.h>

#include <future>
#include <vector>

#include "graph/model.h"
#include "training/patch_sampler.h"
#include "training/recipe.h"

namespace winnow {

// Channels-last float32.
struct Batch {
  at::Tensor input;   // [n, 3, patch, patch]
  at::Tensor target;  // [n, 3, patch * scale, patch * scale]; undefined where pictures have none
  at::Tensor motion;  // [n, 3, patch / 8, patch / 8], see PatchArrays; undefined without
                      // 'motion_weight'
};

struct BatchOptions {
  at::Device device = at::kCPU;  // where batches lie
  int threads = 1;               // that make a batch
  bool ahead = false;            // make the next batch while the caller computes on this one
};

class BatchSource {
 public:
  // `pairs` must outlive the source.
  BatchSource(const Recipe& recipe, const ModelInfo& info, const std::vector<PicturePair>& pairs,
              const BatchOptions& options = {});

  // The batch of step 0, 1, ... Draws with `state` and leaves there what the next one is drawn
  // with. Batches depend on both alone; only a caller that goes on with the next step and what it
  // was left gains by working ahead.
  Batch Next(Random::State& state, std::int64_t step);

 private:
  struct Drawn {
    std::int64_t step;
    Random::State before, after;
    at::Tensor input{}, target{}, motion{};  // [n, extent, extent, 3], on the host
  };
  Drawn Draw(const Random::State& state, std::int64_t step);
  at::Tensor Empty(std::int64_t extent) const;
  at::Tensor AsBatch(const at::Tensor& drawn) const;

  PatchSampler sampler_;
  int count_;
  int patch_;
  int scale_;
  bool has_targets_;
  bool has_motion_;
  BatchOptions options_;
  std::future<Drawn> ahead_;  // the last member: its thread uses the others
};

}  // namespace winnow
