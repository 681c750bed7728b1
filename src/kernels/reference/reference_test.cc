// The definitions themselves, against numbers worked out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/reference/arithmetic.h"
#include "kernels/reference/conv.h"
#include "kernels/reference/resample.h"
#include "kernels/reference/spatial.h"

namespace winnow {
namespace {

using Values = std::vector<float>;

TEST(Reference, ConvPadsStridesAndDilates) {
  const Values in = {1, 2, 3, 4, 5};
  const Values weight = {10, 1};
  const float bias = 0.5f;
  ConvShape s;
  s.in_channels = s.out_channels = 1;
  s.kernel_width = 2;
  s.pad_left = 1;
  s.dilation = 2;
  s.stride = 2;
  Values out(2);
  ReferenceConv<float>(s, weight.data(), &bias, {in.data(), 1, 1, 5}, {out.data(), 1, 1, 2});
  EXPECT_EQ(out, (Values{2.5f, 24.5f}));  // x = -1, 1 and x = 1, 3
}

TEST(Reference, GroupsSeeTheirOwnChannels) {
  const Values in = {1, 10, 100, 1000};
  const Values weight = {1, 2, 3, 4};
  ConvShape s;
  s.in_channels = 4;
  s.out_channels = 2;
  s.groups = 2;
  Values out(2);
  ReferenceConv<float>(s, weight.data(), nullptr, {in.data(), 4, 1, 1}, {out.data(), 2, 1, 1});
  EXPECT_EQ(out, (Values{21, 4300}));
}

TEST(Reference, TransposedConvSpreads) {
  const Values in = {1, 2};
  const Values weight = {1, 10, 100};
  ConvShape s;
  s.in_channels = s.out_channels = 1;
  s.kernel_width = 3;
  s.stride = 2;
  s.transposed = true;
  Values out(5);
  ReferenceConvTranspose<float>(s, weight.data(), nullptr, {in.data(), 1, 1, 2},
                                {out.data(), 1, 1, 5});
  EXPECT_EQ(out, (Values{1, 10, 102, 20, 200}));
}

TEST(Reference, ShuffleOrders) {
  const Values in = {0, 1, 2, 3, 4, 5, 6, 7};
  Values out(8);
  ReferenceShuffle<float>({in.data(), 8, 1, 1}, {out.data(), 2, 2, 2}, 2, false);
  EXPECT_EQ(out, (Values{0, 1, 2, 3, 4, 5, 6, 7}));
  ReferenceShuffle<float>({in.data(), 8, 1, 1}, {out.data(), 2, 2, 2}, 2, true);
  EXPECT_EQ(out, (Values{0, 2, 4, 6, 1, 3, 5, 7}));
}

TEST(Reference, Resizes) {
  const Values in = {0, 4};
  Values out(4);
  ReferenceBilinear<float>({in.data(), 1, 1, 2}, {out.data(), 1, 1, 4});
  EXPECT_EQ(out, (Values{0, 1, 3, 4}));
  ReferenceNearest<float>({in.data(), 1, 1, 2}, {out.data(), 1, 1, 4});
  EXPECT_EQ(out, (Values{0, 0, 4, 4}));
  const Values line = {1, 2, 3, 4, 5, 6};
  Values half(3);
  ReferenceBilinear<float>({line.data(), 1, 1, 6}, {half.data(), 1, 1, 3});
  EXPECT_EQ(half, (Values{1.5f, 3.5f, 5.5f}));
}

TEST(Reference, Pools) {
  const Values in = {-1, -2, -3};
  Values out(2);
  ReferenceMaxPool<float>({in.data(), 1, 1, 3}, {out.data(), 1, 1, 2}, 2, 2, 0, 1);
  EXPECT_EQ(out, (Values{-1, -2}));  // padding never wins
  const Values square = {4, 8, 12, 16};
  Values mean(1);
  ReferenceAveragePool<float>({square.data(), 1, 2, 2}, {mean.data(), 1, 1, 1}, 2, 2, 1, 1);
  EXPECT_EQ(mean, (Values{1}));  // padding counts as zeros
  ReferenceGlobalMean<float>({square.data(), 1, 2, 2}, {mean.data(), 1, 1, 1});
  EXPECT_EQ(mean, (Values{10}));
  ReferenceGlobalDeviation<float>({square.data(), 1, 2, 2}, {mean.data(), 1, 1, 1});
  EXPECT_FLOAT_EQ(mean[0], std::sqrt(20.0f));
}

TEST(Reference, Pads) {
  const Values in = {1, 2, 3};
  Values out(7);
  const Planar<const float> from = {in.data(), 1, 1, 3};
  const Planar<float> to = {out.data(), 1, 1, 7};
  ReferencePad<float>(from, to, 0, 2, ReferencePadMode::kReflect);
  EXPECT_EQ(out, (Values{3, 2, 1, 2, 3, 2, 1}));
  ReferencePad<float>(from, to, 0, 2, ReferencePadMode::kReplicate);
  EXPECT_EQ(out, (Values{1, 1, 1, 2, 3, 3, 3}));
  ReferencePad<float>(from, to, 0, 2, ReferencePadMode::kZero);
  EXPECT_EQ(out, (Values{0, 0, 1, 2, 3, 0, 0}));
}

TEST(Bounded, SumBoundsWhatFloatLoses) {
  // 2^24 + 1 - 2^24 is 1, but 0 in float.
  Sum<Bounded> sum;
  sum.Add(Bounded(0x1p24));
  sum.Add(Bounded(1));
  sum.Add(Bounded(-0x1p24));
  const Bounded result = sum.Result();
  EXPECT_EQ(result.value, 1);
  EXPECT_GE(result.error, 1);
  EXPECT_LE(result.error, 16);
}

TEST(Bounded, ErrorsPropagate) {
  EXPECT_GE(Times(Bounded(3, 0.1), Bounded(2, 0.01)).error, 0.231);
  EXPECT_GE(Slope(Bounded(-1, 0.5), 4).error, 2.0);
  EXPECT_GE(Plus(Bounded(1, 0.25), Bounded(1, 0.5)).error, 0.75);
  EXPECT_EQ(Greater(Bounded(-1, 0.5), Bounded(0)).value, 0);
}

}  // namespace
}  // namespace winnow
