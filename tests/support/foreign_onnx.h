// A network in ONNX as another project would write it, in the forms that its opset asks for, and
// what it computes, straight from the definitions of its operators.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "formats/onnx/onnx_testing.h"
#include "tensor/tensor.h"

namespace winnow {

inline constexpr int kForeignChannels = 4;

// 17 <= opset <= 21. Input "x", output "y", twice as high and wide; any size.
inline std::string ForeignNetwork(int opset) {
  OnnxBuilder b(3, opset);
  b.graph().set_name("foreign");
  b.Node("Conv", {"x", b.Weight("w1", {kForeignChannels, 3, 1, 1}), b.Weight("b1", {4})}, {"wide"});

  auto& split = opset < 18 ? b.Node("Split", {"wide", b.Integers("halves", {2, 2})}, {"p", "q"})
                           : b.Node("Split", {"wide"}, {"p", "q"});
  b.Set(split, "axis", std::int64_t{1});
  if (opset >= 18) b.Set(split, "num_outputs", std::int64_t{2});
  b.Set(b.Node("Concat", {"q", "p"}, {"swapped"}), "axis", std::int64_t{1});

  b.SetInts(b.Node("Transpose", {"swapped"}, {"last"}), "perm", {0, 2, 3, 1});
  b.Set(b.Node("LayerNormalization", {"last", b.Weight("gamma", {4}), b.Weight("beta", {4})},
               {"normal"}),
        "epsilon", 1e-5f);
  b.SetInts(b.Node("Transpose", {"normal"}, {"first"}), "perm", {0, 3, 1, 2});

  if (opset >= 20) {
    b.Node("Gelu", {"first"}, {"gelu"});
  } else {
    b.Node("Div", {"first", b.Floats("root", {}, {1.41421356f})}, {"inner"});
    b.Node("Erf", {"inner"}, {"erf"});
    b.Node("Add", {"erf", b.Floats("one", {}, {1})}, {"sum"});
    b.Node("Mul", {"first", "sum"}, {"twice"});
    b.Node("Mul", {"twice", b.Floats("half", {}, {0.5f})}, {"gelu"});
  }

  const std::string plane = b.Integers("plane", {2, 3});
  if (opset >= 18) {
    b.Node("ReduceMean", {"gelu", plane}, {"mean"});
  } else {
    b.SetInts(b.Node("ReduceMean", {"gelu"}, {"mean"}), "axes", {2, 3});
  }
  b.Node("Mul", {"gelu", "mean"}, {"gated"});

  auto& pad = opset < 18
                  ? b.Node("Pad", {"gated", b.Integers("ones", {0, 0, 1, 1, 0, 0, 1, 1})}, {"pad"})
                  : b.Node("Pad", {"gated", b.Integers("ones", {1, 1, 1, 1}), "", plane}, {"pad"});
  b.Set(pad, "mode", std::string("edge"));
  b.Node("Conv", {"pad", b.Weight("w2", {3, kForeignChannels, 3, 3}), b.Weight("b2", {3})},
         {"small"});

  auto& resize =
      opset < 18 ? b.Node("Resize", {"small", "", b.Floats("factors", {4}, {1, 1, 2, 2})}, {"y"})
                 : b.Node("Resize", {"small", "", b.Floats("factors", {2}, {2, 2})}, {"y"});
  if (opset >= 18) b.SetInts(resize, "axes", {2, 3});
  b.Set(resize, "mode", std::string("nearest"));
  b.Set(resize, "nearest_mode", std::string("floor"));
  b.Set(resize, "coordinate_transformation_mode", std::string("asymmetric"));
  return b.Bytes();
}

// `x` is [3, height, width].
inline Tensor ForeignResult(const Tensor& x) {
  const std::int64_t height = x.dim(1);
  const std::int64_t width = x.dim(2);
  const auto weight = [](std::int64_t i) { return static_cast<double>(i % 13) / 16 - 0.25; };
  using Pixel = std::array<double, kForeignChannels>;
  std::vector<Pixel> gelu(static_cast<std::size_t>(height * width));
  Pixel mean = {};
  for (std::int64_t at = 0; at < height * width; ++at) {
    Pixel swapped;
    for (int o = 0; o < 4; ++o) {
      double sum = weight(o);
      for (int c = 0; c < 3; ++c) sum += weight(o * 3 + c) * x.data[c * height * width + at];
      swapped[(o + 2) % 4] = sum;
    }
    double average = 0;
    for (double v : swapped) average += v / 4;
    double variance = 0;
    for (double v : swapped) variance += (v - average) * (v - average) / 4;
    for (int c = 0; c < 4; ++c) {
      const double normal =
          (swapped[c] - average) / std::sqrt(variance + 1e-5) * weight(c) + weight(c);
      gelu[at][c] = normal * (1 + std::erf(normal / std::sqrt(2.0))) / 2;
      mean[c] += gelu[at][c] / static_cast<double>(height * width);
    }
  }
  Tensor result({3, 2 * height, 2 * width});
  for (int o = 0; o < 3; ++o) {
    for (std::int64_t row = 0; row < 2 * height; ++row) {
      for (std::int64_t column = 0; column < 2 * width; ++column) {
        double sum = weight(o);
        for (int i = 0; i < 4 * 9; ++i) {
          const std::int64_t y = std::clamp<std::int64_t>(row / 2 + i % 9 / 3 - 1, 0, height - 1);
          const std::int64_t z = std::clamp<std::int64_t>(column / 2 + i % 3 - 1, 0, width - 1);
          sum += weight(o * 36 + i) * gelu[y * width + z][i / 9] * mean[i / 9];
        }
        result.Row(o, row)[column] = static_cast<float>(sum);
      }
    }
  }
  return result;
}

}  // namespace winnow
