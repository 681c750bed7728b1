// Small parts that several networks share.
#pragma once

#include <string>
#include <vector>

#include "graph/builder.h"
#include "graph/model.h"

namespace winnow {

// Mean colour of the DIV2K training images, for white at 1.
inline constexpr float kDiv2kMean[3] = {0.4488f, 0.4371f, 0.4040f};

// "B1" of "B" and 1.
std::string Numbered(std::string prefix, int number);

// 3x3 convolution (or as `options` say) and ReLU.
NodeId ConvRelu(GraphBuilder& g, NodeId x, const std::string& name, int out_channels,
                ConvOptions options = {});

// x + second(ReLU(first(x))), both convolutions keeping the channels.
// `residual` scales what is added to x.
NodeId ResidualBlock(GraphBuilder& g, NodeId x, const std::string& first, const std::string& second,
                     int kernel = 3, float residual = 1);

// 3x3 convolution to factor^2 * out_channels channels, then PixelShuffle.
NodeId ConvShuffle(GraphBuilder& g, NodeId x, const std::string& name, int out_channels,
                   int factor);

// factor * x on all channels.
ScaleShift Uniform(int channels, float factor);

// The factors by which a network goes up to `scale`, one PixelShuffle each: 2 and 2 for 4.
std::vector<int> ShuffleFactors(int scale);

// Errors: kInvalidArgument, listing what is possible.
void RequireScale(int scale, const std::vector<int>& possible);
void RequireMultiple(const std::string& setting, int value, int divisor);

ModelInfo SuperResolutionInfo(int scale, float pixel_range);
// Colours centred on 0: white is 1, the mean 0.5.
ModelInfo DeblurringInfo(int size_multiple);

}  // namespace winnow
