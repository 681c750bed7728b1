#include "networks/blocks.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace winnow {

std::string Numbered(std::string prefix, int number) {
  return prefix.append(std::to_string(number));
}

NodeId ConvRelu(GraphBuilder& g, NodeId x, const std::string& name, int out_channels,
                ConvOptions options) {
  return g.Apply(Relu{}, {g.Conv(x, name, out_channels, options)});
}

NodeId ResidualBlock(GraphBuilder& g, NodeId x, const std::string& first, const std::string& second,
                     int kernel, float residual) {
  const int channels = g.channels(x);
  const NodeId inner = ConvRelu(g, x, first, channels, {.kernel = kernel});
  NodeId change = g.Conv(inner, second, channels, {.kernel = kernel});
  if (residual != 1) change = g.Apply(Uniform(channels, residual), {change});
  return g.Add(change, x);
}

ScaleShift Uniform(int channels, float factor) {
  return {std::vector<float>(channels, factor), std::vector<float>(channels, 0.0f)};
}

NodeId ConvShuffle(GraphBuilder& g, NodeId x, const std::string& name, int out_channels,
                   int factor) {
  return g.Apply(PixelShuffle{factor}, {g.Conv(x, name, factor * factor * out_channels)});
}

std::vector<int> ShuffleFactors(int scale) {
  if (scale == 4) return {2, 2};
  return {scale};
}

void RequireScale(int scale, const std::vector<int>& possible) {
  if (std::find(possible.begin(), possible.end(), scale) != possible.end()) return;
  throw Error(ErrorKind::kInvalidArgument,
              "scale " + std::to_string(scale) + " is impossible here, choose from: " +
                  Join(possible, [](int s) { return std::to_string(s); }));
}

void RequireMultiple(const std::string& setting, int value, int divisor) {
  if (value % divisor == 0) return;
  throw Error(ErrorKind::kInvalidArgument, "setting '" + setting + "' must be a multiple of " +
                                               std::to_string(divisor) + ", not " +
                                               std::to_string(value));
}

ModelInfo SuperResolutionInfo(int scale, float pixel_range) {
  ModelInfo info;
  info.scale = scale;
  info.pixel_range = pixel_range;
  return info;
}

ModelInfo DeblurringInfo(int size_multiple) {
  ModelInfo info;
  info.task = "deblurring";
  info.mean = {0.5f, 0.5f, 0.5f};
  info.size_multiple = size_multiple;
  return info;
}

}  // namespace winnow
