// A model for tests of what must hold for every operator.
#pragma once

#include "base/random.h"
#include "graph/builder.h"
#include "graph/model.h"

namespace winnow {

// Convolutions of all strides, concatenations, slices, residuals, changes of size, global operators
// and planar ones.
inline Model ManyOperators() {
  GraphBuilder b;
  const NodeId x = b.Conv(b.Input(3), "head", 8);
  const NodeId y = b.Add(b.Conv(b.Functional(Relu{}, b.Conv(x, "a", 8)), "b", 8), x);
  const NodeId wide = b.Concat({x, y});
  const NodeId more = b.Concat({wide, b.Conv(wide, "c", 8, {.kernel = 1})});
  const NodeId tail = b.Apply(SliceChannels{8, 24}, {more});
  const NodeId down = b.Conv(tail, "down", 16, {.kernel = 5, .stride = 2});
  const NodeId up = b.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {b.Conv(down, "d", 8)});
  const NodeId mean = b.Apply(GlobalPool{GlobalKind::kMean}, {up});
  const NodeId scaled = b.Apply(Multiply{}, {up, b.Functional(Sigmoid{}, mean)});
  const NodeId pooled = b.Apply(Pool{PoolKind::kMax, 3, 1, {1, 1, 1, 1}}, {scaled});
  const NodeId averaged = b.Apply(Pool{PoolKind::kAverage, 3, 1, {1, 1, 1, 1}}, {pooled});
  const NodeId small = b.Apply(Pool{PoolKind::kMax, 2, 3, {1, 1, 1, 1}}, {averaged});
  const NodeId gate = b.Apply(Resize{ResizeMode::kBilinear}, {b.Conv(small, "g", 8), y});
  const NodeId normal = b.LayerNorm(b.Add(pooled, gate), "norm");
  const NodeId bent = b.ChannelScale(b.Apply(Gelu{}, {normal}), "factors");
  const NodeId joined = b.Add(b.Conv(bent, "e", 8), y);
  const NodeId opened =
      b.Apply(Multiply{}, {joined, b.Functional(Sigmoid{}, b.Conv(joined, "h", 8))});
  const NodeId out = b.Apply(PixelShuffle{2}, {b.Conv(opened, "f", 12)});
  Model model;
  model.graph = b.Finish({down, b.Conv(out, "last", 3)});
  Random random(7);
  for (const Param& param : model.graph.params()) {
    model.weights.emplace_back(param.shape);
    for (float& value : model.weights.back().data) value = static_cast<float>(random.Normal()) / 8;
  }
  return model;
}

}  // namespace winnow
