#include "kernels/conv/pack.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

// 2 inputs, 3 outputs, 1 x 2 kernel; zeros mark what must not be packed.
TapList SmallTaps() {
  ConvShape shape;
  shape.in_channels = 2;
  shape.out_channels = 3;
  shape.kernel_width = 2;
  Tensor weight({3, 2, 1, 2});
  weight.data = {1, 0, 0, 2,  //
                 0, 3, 0, 4,  //
                 0, 0, 5, 0};
  return MakeTaps(shape, weight);
}

LaneTensor Strides() {
  LaneTensor in;
  in.channels = 2;
  in.channel_stride = 100;
  in.row_stride = 1000;
  in.lanes = 4;
  return in;
}

TEST(MakeTaps, KeepsWeightsOtherThanZeroInOrder) {
  const TapList taps = SmallTaps();
  ASSERT_EQ(taps.outputs.size(), 3u);
  ASSERT_EQ(taps.outputs[0].taps.size(), 2u);
  EXPECT_EQ(taps.outputs[0].taps[0].channel, 0);
  EXPECT_EQ(taps.outputs[0].taps[0].dx, 0);
  EXPECT_EQ(taps.outputs[0].taps[1].channel, 1);
  EXPECT_EQ(taps.outputs[0].taps[1].dx, 1);
  EXPECT_EQ(taps.outputs[0].taps[1].weight, 2);
}

TEST(MakeTaps, TransposedFallsIntoPhases) {
  ConvShape shape;
  shape.in_channels = shape.out_channels = 1;
  shape.kernel_height = shape.kernel_width = 4;
  shape.stride = 2;
  shape.pad_top = shape.pad_left = 1;
  shape.transposed = true;
  Tensor weight({1, 1, 4, 4});
  for (int i = 0; i < 16; ++i) weight.data[i] = static_cast<float>(i + 1);
  const TapList taps = MakeTaps(shape, weight);
  EXPECT_EQ(taps.out_step, 2);
  ASSERT_EQ(taps.outputs.size(), 4u);
  // Output row 0 meets kernel row 1 on input row 0 and kernel row 3 on input row -1; columns alike.
  ASSERT_EQ(taps.outputs[0].taps.size(), 4u);
  EXPECT_EQ(taps.outputs[0].taps[0].dy, -1);
  EXPECT_EQ(taps.outputs[0].taps[0].dx, -1);
  EXPECT_EQ(taps.outputs[0].taps[0].weight, 16);
  EXPECT_EQ(taps.outputs[0].taps[3].dy, 0);
  EXPECT_EQ(taps.outputs[0].taps[3].weight, 6);
  const TapReach reach = ReachOf(shape);
  EXPECT_EQ(reach.up, 1);
  EXPECT_EQ(reach.down, 1);
}

TEST(PackTaps, SingleOutputsKeepTheirOwnTaps) {
  const ConvPack pack = PackTaps(SmallTaps(), 1, 2, Strides());
  EXPECT_EQ(pack.groups, 3);
  EXPECT_EQ(pack.blocks, 1);
  EXPECT_EQ(pack.starts, (std::vector<std::int32_t>{0, 2, 4, 5}));
  EXPECT_EQ(pack.offsets, (std::vector<std::int32_t>{0, 416, 16, 416, 400}));
  EXPECT_EQ(pack.weights, (AlignedVector<float>{1, 2, 3, 4, 5}));
}

TEST(PackTaps, GroupsTakeTheUnionAndBlocksCutChannels) {
  const ConvPack pack = PackTaps(SmallTaps(), 2, 1, Strides());
  EXPECT_EQ(pack.groups, 2);
  EXPECT_EQ(pack.blocks, 2);
  EXPECT_EQ(pack.starts, (std::vector<std::int32_t>{0, 2, 2, 3, 4}));
  EXPECT_EQ(pack.offsets, (std::vector<std::int32_t>{0, 16, 416, 400}));
  EXPECT_EQ(pack.weights, (AlignedVector<float>{1, 0, 0, 3, 2, 4, 5, 0}));
  EXPECT_EQ(pack.members, (std::vector<int>{0, 1, 2, -1}));
  EXPECT_EQ(CountPackedMacs(SmallTaps(), 2), 8);
  EXPECT_EQ(CountPackedMacs(SmallTaps(), 1), 5);
}

TEST(PackTaps, TellsTheLowestRow) {
  ConvShape shape;
  shape.in_channels = 2;
  shape.out_channels = 1;
  shape.kernel_height = 3;
  shape.pad_top = 1;
  Tensor weight({1, 2, 3, 1});
  weight.data = {1, 2, 0, 3, 0, 0};
  EXPECT_EQ(PackTaps(MakeTaps(shape, weight), 1, 1, Strides()).lowest_row, 0);
  weight.data[5] = 4;
  EXPECT_EQ(PackTaps(MakeTaps(shape, weight), 1, 1, Strides()).lowest_row, 1);
}

}  // namespace
}  // namespace winnow
