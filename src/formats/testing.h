// Shared by the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"
#include "graph/builder.h"
#include "graph/model.h"

namespace winnow {

// A container made by hand: the length is the header's, whatever the header says.
inline std::string MakeSafetensors(std::string_view header, std::string_view data = "") {
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof(length));
  bytes += header;
  bytes += data;
  return bytes;
}

template <typename T>
std::string BytesOf(std::initializer_list<T> values) {
  return std::string(reinterpret_cast<const char*>(std::data(values)), values.size() * sizeof(T));
}

// The call must throw an Error of this kind whose message holds every fragment.
template <typename Function>
void ExpectError(ErrorKind kind, std::initializer_list<std::string_view> fragments,
                 Function function) {
  try {
    function();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    for (std::string_view fragment : fragments) {
      EXPECT_NE(std::string(error.what()).find(fragment), std::string::npos)
          << "no \"" << fragment << "\" in: " << error.what();
    }
  }
}

// `text` with the first occurrence of `from` replaced; a test error when there is none.
inline std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == text.npos) {
    ADD_FAILURE() << "\"" << from << "\" does not occur in: " << text;
    return text;
  }
  return text.replace(at, from.size(), to);
}

inline void FillWeights(Model& model, std::uint64_t seed) {
  Random random(seed);
  for (const Param& param : model.graph.params()) {
    Tensor& weight = model.weights.emplace_back(param.shape);
    for (float& value : weight.data) value = static_cast<float>(random.Normal());
  }
}

// The example of docs/file_format.md: a 1x1 convolution that swaps red and blue, with pattern 1:3.
inline Model TinyModel() {
  GraphBuilder builder;
  const NodeId input = builder.Input(3);
  const NodeId swap = builder.Conv(input, "swap", 3, {.kernel = 1, .bias = false});
  Model model;
  model.graph = builder.Finish({swap});
  model.info.name = "tiny";
  model.info.network = "imported";
  model.info.task = "deblurring";
  model.info.licence = "CC0-1.0";
  model.info.provenance = {{"data", "none"}};
  Tensor& weight = model.weights.emplace_back(Shape{3, 3, 1, 1});
  for (int i : {2, 4, 6}) weight.data[i] = 1.0f;
  model.patterns[model.graph.FindParam("swap.weight")] = {1, 3};
  return model;
}

// A valid x2 model with every operator, two outputs and a sparse layer with a short last group.
inline Model EveryOperatorModel() {
  GraphBuilder b;
  const NodeId x = b.Input(3);
  NodeId y = b.PRelu(b.Conv(x, "head", 8), "slopes");
  y = b.Functional(Relu{}, y);
  y = b.Apply(LeakyRelu{0.05f}, {y});
  const NodeId gate = b.Apply(Sigmoid{}, {b.Apply(GlobalPool{GlobalKind::kStd}, {y})});
  y = b.Apply(Tanh{}, {b.Apply(Multiply{}, {y, gate})});
  const NodeId half = b.Apply(Pool{PoolKind::kAverage, 4, 2, UniformPads(1)}, {y});
  const NodeId up = b.ConvTranspose(half, "up", 8);
  const NodeId wide = b.Apply(Resize{ResizeMode::kBilinear, 1, 1}, {half, up});
  y = b.Apply(SliceChannels{4, 16}, {b.Concat({b.Add(up, wide), y})});
  const NodeId top = b.Apply(SplitSpatial{Axis::kHeight, 2, 0}, {y});
  const NodeId bottom = b.Apply(SplitSpatial{Axis::kHeight, 2, 1}, {y});
  y = b.Apply(Concat{Axis::kHeight}, {top, bottom});
  y = b.Apply(Pad{PadMode::kReflect, UniformPads(1)}, {y});
  y = b.Conv(y, "tail", 12, {.pad = 0, .groups = 4});
  const NodeId coarse = b.Apply(PixelShuffle{2, ShuffleOrder::kDcr}, {y});
  y = b.Apply(StopGradient{}, {coarse});
  y = b.ChannelScale(b.LayerNorm(b.Apply(Gelu{GeluForm::kTanh}, {y}), "norm", 0.5f), "factors");
  y = b.Apply(PixelShuffle{2}, {b.Apply(PixelUnshuffle{2}, {y})});
  y = b.Apply(ScaleShift{{1.5f, 0.1f, -2.0f}, {0.0f, 1e-7f, 3.0f}}, {y});
  Model model;
  model.graph = b.Finish({coarse, b.Apply(Clamp{-0.25f, 1.5f}, {y})});
  model.info.name = "every operator \"Ünï\" \n";
  model.info.network = "imported";
  model.info.scale = 2;
  model.info.pixel_range = 255;
  model.info.mean = {114.4f, 111.5f, 103.02f};
  model.info.size_multiple = 4;
  model.info.licence = "Apache-2.0";
  model.info.provenance = {{"command", "train \"it\""}, {"steps", "300000"}};
  FillWeights(model, 1);
  const ParamId head = model.graph.FindParam("head.weight");
  for (int o = 0; o < 8; ++o) {
    std::fill_n(&model.weights[head].data[(o * 3 + o % 2) * 9], 9, 0.0f);
  }
  model.patterns[head] = {1, 2};
  return model;
}

}  // namespace winnow
