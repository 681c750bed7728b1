// The operators of a network, as plain values. All tensors are [channels, height, width]; x is the
// input.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

namespace winnow {

using ParamId = int;  // index into Graph::params()
inline constexpr ParamId kNoParam = -1;

// Pixels added on each side; negative is invalid.
struct Pads {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
  bool operator==(const Pads&) const = default;
};
inline Pads UniformPads(int p) { return {p, p, p, p}; }

// The one network input; exactly one a graph, node 0.
struct Input {
  int channels = 3;
  bool operator==(const Input&) const = default;
};

// Cross-correlation as in PyTorch. weight [out, in / groups, kh, kw], bias [out] or none. Zero
// padding.
struct Conv2d {
  ParamId weight = kNoParam;
  ParamId bias = kNoParam;
  int stride = 1;
  Pads pads{};
  int dilation = 1;
  int groups = 1;
  bool operator==(const Conv2d&) const = default;
};

// Transposed convolution as in PyTorch. weight [in, out / groups, kh, kw], bias [out] or none.
// Output extent: (in - 1) * stride - pads + dilation * (k - 1) + output_padding + 1.
struct ConvTranspose2d {
  ParamId weight = kNoParam;
  ParamId bias = kNoParam;
  int stride = 1;
  Pads pads{};
  int output_padding = 0;
  int dilation = 1;
  int groups = 1;
  bool operator==(const ConvTranspose2d&) const = default;
};

// Elementwise on two inputs of equal channels; an input of height and width 1 is broadcast.
struct Add {
  bool operator==(const Add&) const = default;
};
struct Multiply {
  bool operator==(const Multiply&) const = default;
};

enum class Axis { kChannel, kHeight, kWidth };

// Two or more inputs, one behind the other along `axis`.
struct Concat {
  Axis axis = Axis::kChannel;
  bool operator==(const Concat&) const = default;
};

// Channels [begin, end).
struct SliceChannels {
  int begin = 0;
  int end = 0;
  bool operator==(const SliceChannels&) const = default;
};

// Part `index` of `count` equal parts along height or width, whose extent `count` must divide.
struct SplitSpatial {
  Axis axis = Axis::kHeight;
  int count = 2;
  int index = 0;
  bool operator==(const SplitSpatial&) const = default;
};

struct Relu {
  bool operator==(const Relu&) const = default;
};
// x < 0 ? slope * x : x.
struct LeakyRelu {
  float slope = 0.01f;
  bool operator==(const LeakyRelu&) const = default;
};
// LeakyRelu with a learned slope a channel; weight [channels] or [1].
struct PRelu {
  ParamId weight = kNoParam;
  bool operator==(const PRelu&) const = default;
};
struct Sigmoid {
  bool operator==(const Sigmoid&) const = default;
};
struct Tanh {
  bool operator==(const Tanh&) const = default;
};
// x * Phi(x), Phi being the normal distribution function: (1 + erf(x / sqrt 2)) / 2, or nearly
// that, (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2. Hendrycks and Gimpel, 2016.
enum class GeluForm { kErf, kTanh };
struct Gelu {
  GeluForm form = GeluForm::kErf;
  bool operator==(const Gelu&) const = default;
};

// weight[c] * x with learned factors; weight [1, channels, 1, 1], as PyTorch broadcasts it.
struct ChannelScale {
  ParamId weight = kNoParam;
  bool operator==(const ChannelScale&) const = default;
};

// Each pixel by itself, over its channels: weight[c] * (x - mean) / sqrt(variance + epsilon) +
// bias[c], with the population variance. weight and bias [channels].
struct LayerNorm {
  ParamId weight = kNoParam;
  ParamId bias = kNoParam;
  float epsilon = 1e-6f;
  bool operator==(const LayerNorm&) const = default;
};

// Depth to space by `factor` r: out[c][y*r+i][x*r+j] = in[k][y][x]. Torch order (kCrd): k = c*r*r +
// i*r + j; TensorFlow order (kDcr): k = (i*r + j) * out_channels + c.
enum class ShuffleOrder { kCrd, kDcr };
struct PixelShuffle {
  int factor = 2;
  ShuffleOrder order = ShuffleOrder::kCrd;
  bool operator==(const PixelShuffle&) const = default;
};

// Space to depth by `factor` r, which divides height and width: the inverse of PixelShuffle in
// torch order.
struct PixelUnshuffle {
  int factor = 2;
  bool operator==(const PixelUnshuffle&) const = default;
};

// Half-pixel centres (PyTorch align_corners=False): source = (i + 0.5) * in / out - 0.5, clamped at
// 0 for bilinear; nearest takes floor(i * in / out). With one input the output extent is floor(in *
// numerator / denominator); with a second input it is that input's extent. No antialiasing.
enum class ResizeMode { kNearest, kBilinear };
struct Resize {
  ResizeMode mode = ResizeMode::kNearest;
  int numerator = 1;
  int denominator = 1;
  bool operator==(const Resize&) const = default;
};

// Square windows; output extent floor((in + pads - kernel) / stride) + 1. Padding never wins a
// maximum; kAverage counts padded zeros (PyTorch's count_include_pad).
enum class PoolKind { kMax, kAverage };
struct Pool {
  PoolKind kind = PoolKind::kMax;
  int kernel = 2;
  int stride = 2;
  Pads pads{};
  bool operator==(const Pool&) const = default;
};

// One value a channel over the whole plane: [c, 1, 1]. kStd is the population standard deviation.
enum class GlobalKind { kMean, kStd };
struct GlobalPool {
  GlobalKind kind = GlobalKind::kMean;
  bool operator==(const GlobalPool&) const = default;
};

// kReflect does not repeat the edge pixel and needs pads < extent.
enum class PadMode { kZero, kReflect, kReplicate };
struct Pad {
  PadMode mode = PadMode::kZero;
  Pads pads{};
  bool operator==(const Pad&) const = default;
};

struct Clamp {
  float low = 0;
  float high = 1;
  bool operator==(const Clamp&) const = default;
};

// scale[c] * x + shift[c] with constants; both have one entry a channel.
struct ScaleShift {
  std::vector<float> scale{};
  std::vector<float> shift{};
  bool operator==(const ScaleShift&) const = default;
};

// The identity whose gradient is zero.
struct StopGradient {
  bool operator==(const StopGradient&) const = default;
};

using Op =
    std::variant<Input, Conv2d, ConvTranspose2d, Add, Multiply, Concat, SliceChannels, SplitSpatial,
                 Relu, LeakyRelu, PRelu, Sigmoid, Tanh, PixelShuffle, Resize, Pool, GlobalPool, Pad,
                 Clamp, ScaleShift, StopGradient, Gelu, ChannelScale, LayerNorm, PixelUnshuffle>;

// Visitor from lambdas: std::visit(Overloaded{[](const Relu&) {...}, ...}, op).
template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

// "conv2d", "pixel_shuffle", ...: the names used in dumps, error messages and model files.
std::string_view OpName(const Op& op);

}  // namespace winnow
