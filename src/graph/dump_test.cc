#include <gtest/gtest.h>

#include "graph/builder.h"

namespace winnow {
namespace {

TEST(DumpTest, ShowsNodesParamsAndOutputs) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId conv = g.Conv(x, "entry", 12, {.stride = 2});
  const NodeId relu = g.Functional(Relu{}, conv);
  const NodeId up = g.Apply(PixelShuffle{2}, {relu}, "up");
  const NodeId sum = g.Add(up, x);
  const NodeId clamp = g.Apply(Clamp{0, 255}, {sum});
  EXPECT_EQ(Dump(g.Finish({up, clamp})),
            "0 input: input() channels=3\n"
            "1 entry: conv2d(0) stride=2 pads=1,1,1,1 dilation=1 groups=1 entry.weight "
            "entry.bias\n"
            "2 relu_2: relu(1) functional\n"
            "3 up: pixel_shuffle(2) factor=2 order=crd\n"
            "4 add_4: add(3, 0)\n"
            "5 clamp_5: clamp(4) low=0 high=255\n"
            "param entry.weight [12, 3, 3, 3]\n"
            "param entry.bias [12]\n"
            "outputs 3, 5\n");
}

TEST(DumpTest, ShowsEveryAttribute) {
  GraphBuilder g;
  NodeId x = g.Input(4);
  x = g.ConvTranspose(x, "t", 4);
  x = g.PRelu(x, "p");
  x = g.Apply(LeakyRelu{0.05f}, {x});
  x = g.Apply(Pool{PoolKind::kAverage, 3, 1, UniformPads(1)}, {x});
  x = g.Apply(Pad{PadMode::kReplicate, {0, 1, 2, 3}}, {x});
  x = g.Apply(SplitSpatial{Axis::kWidth, 2, 1}, {x});
  x = g.Apply(Resize{ResizeMode::kBilinear, 3, 2}, {x});
  x = g.Apply(SliceChannels{1, 3}, {x});
  x = g.Apply(Concat{Axis::kHeight}, {x, x});
  x = g.Apply(ScaleShift{{1, 0.5f}, {0, -2}}, {x});
  x = g.Apply(GlobalPool{GlobalKind::kStd}, {x});
  EXPECT_EQ(Dump(g.Finish({x})),
            "0 input: input() channels=4\n"
            "1 t: conv_transpose2d(0) stride=2 pads=1,1,1,1 output_padding=0 dilation=1 groups=1 "
            "t.weight t.bias\n"
            "2 p: prelu(1) p.weight\n"
            "3 leaky_relu_3: leaky_relu(2) slope=0.05\n"
            "4 pool_4: pool(3) kind=average kernel=3 stride=1 pads=1,1,1,1\n"
            "5 pad_5: pad(4) mode=replicate pads=0,1,2,3\n"
            "6 split_spatial_6: split_spatial(5) axis=width count=2 index=1\n"
            "7 resize_7: resize(6) mode=bilinear ratio=3/2\n"
            "8 slice_channels_8: slice_channels(7) begin=1 end=3\n"
            "9 concat_9: concat(8, 8) axis=height\n"
            "10 scale_shift_10: scale_shift(9) scale=[1, 0.5] shift=[0, -2]\n"
            "11 global_pool_11: global_pool(10) kind=std\n"
            "param t.weight [4, 4, 4, 4]\n"
            "param t.bias [4]\n"
            "param p.weight [4]\n"
            "outputs 11\n");
}

}  // namespace
}  // namespace winnow
