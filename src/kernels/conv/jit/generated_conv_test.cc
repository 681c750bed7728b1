#include "kernels/conv/jit/generated_conv.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "kernels/conv/prepare.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

bool HasGenerator(Isa isa) {
#ifdef __x86_64__
  return isa == Isa::kAvx512 || isa == Isa::kAvx2;
#else
  return false;
#endif
}

TEST(GeneratedConvKernel, IsOfferedWhereTheProcessorFits) {
  for (Isa isa : AvailableIsas()) {
    for (int like : {1, 3, 12, 64, 65, 500}) {
      const auto kernel = GeneratedConvKernel(isa, like);
      ASSERT_EQ(kernel.has_value(), HasGenerator(isa)) << Name(isa);
      if (!kernel) continue;
      EXPECT_GE(kernel->outputs, 1);
      EXPECT_LE(kernel->outputs, like);
      // Enough sums under way to hide the latency of a multiply-add.
      const int sums = kernel->outputs * kernel->max_vectors;
      EXPECT_GE(sums, like < 12 ? 6 : 10) << like;
    }
  }
}

// A 3x3 convolution of more weights than one window of constants holds, as a rule of several
// groups.
struct Wide {
  Wide(Isa isa, int width, double density, int outputs = kOut)
      : lanes(Lanes(isa)),
        span((width + lanes - 1) / lanes),
        in({kIn, kHeight, width, span, lanes, 1, 1}),
        out({outputs, kHeight, width, span, lanes, 1, 1}) {
    Random random(3);
    in.Fill(RandomValues(std::size_t{kIn} * kHeight * width, random));
    Tensor weight({outputs, kIn, 3, 3});
    for (float& w : weight.data) {
      w = random.Uniform() < density ? static_cast<float>(random.Normal()) : 0.0f;
    }
    taps = MakeTaps({.in_channels = kIn,
                     .out_channels = outputs,
                     .kernel_height = 3,
                     .kernel_width = 3,
                     .pad_top = 1,
                     .pad_left = 1},
                    weight);
    task.in = in.tensor();
    task.out = out.tensor();
    task.height = kHeight;
    task.span = span;
    task.mask = LaneMask(width, span, lanes);
    task.after = ActivationKind::kSlope;
    for (const OutputTaps& o : taps.outputs) {
      task.outputs.push_back({.offset = o.channel * out.tensor().channel_stride,
                              .bias = static_cast<float>(random.Normal()),
                              .slope_after = static_cast<float>(random.Normal())});
    }
  }

  std::vector<float> Run(const ConvKernel& kernel, int block) {
    CodeMemory memory;
    PrepareConv(kernel, taps, block, memory, task);
    memory.Seal();
    kernel.run(task, 0, kHeight);
    EXPECT_TRUE(out.IsConsistent());
    return out.Pixels();
  }

  static constexpr int kIn = 37;
  static constexpr int kOut = 61;
  static constexpr int kHeight = 5;
  int lanes;
  int span;
  LaneImage in;
  LaneImage out;
  TapList taps;
  ConvTask task;
};

class GeneratedConvTest : public testing::TestWithParam<Isa> {
 protected:
  const Isa isa_ = GetParam();
  const ConvKernel kernel_ = GeneratedConvKernel(isa_, Wide::kOut).value();
};

TEST_P(GeneratedConvTest, EqualsCompiledKernelsOnWideLayers) {
  for (double density : {1.0, 0.25, 0.03, 0.0}) {
    for (int width : {1, 17, 70, 430}) {  // the last is cut into columns
      Wide wide(isa_, width, density);
      const std::vector<float> expected = wide.Run(ConvKernels(isa_).front(), Wide::kIn);
      for (int block : {5, 16, Wide::kIn}) {
        ASSERT_EQ(wide.Run(kernel_, block), expected) << density << " at " << width;
      }
    }
  }
}

TEST_P(GeneratedConvTest, EveryNumberOfVectorsGivesTheSame) {
  Wide wide(isa_, 430, 0.3);
  const std::vector<float> expected = wide.Run(kernel_, Wide::kIn);
  for (int vectors = 1; vectors <= 6; ++vectors) {
    ConvKernel other = kernel_;
    other.max_vectors = vectors;
    other.outputs = 1;
    EXPECT_EQ(wide.Run(other, 16), expected) << vectors;
  }
}

// Those walk whole rows, several vectors a round.
TEST_P(GeneratedConvTest, EqualsCompiledKernelsOnLayersOfFewResults) {
  for (int outputs : {1, 2, 3, 5, 12}) {
    const ConvKernel kernel = GeneratedConvKernel(isa_, outputs).value();
    for (int width : {1, 33, 430, 1111}) {
      Wide wide(isa_, width, 0.5, outputs);
      const std::vector<float> expected = wide.Run(ConvKernels(isa_).front(), Wide::kIn);
      for (int block : {7, Wide::kIn}) {
        ASSERT_EQ(wide.Run(kernel, block), expected) << outputs << " at " << width;
      }
    }
  }
}

TEST_P(GeneratedConvTest, RefusesRowsBeyondDisplacements) {
  Wide wide(isa_, 17, 0.3);
  wide.task.outputs.back().offset = std::int64_t{1} << 30;
  CodeMemory memory;
  try {
    PrepareConv(kernel_, wide.taps, 16, memory, wide.task);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutOfBudget);
    EXPECT_NE(std::string(error.what()).find("smaller tiles"), std::string::npos);
  }
}

std::vector<Isa> IsasWithGenerator() {
  std::vector<Isa> isas = AvailableIsas();
  std::erase_if(isas, [](Isa isa) { return !HasGenerator(isa); });
  return isas;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GeneratedConvTest);
INSTANTIATE_TEST_SUITE_P(Targets, GeneratedConvTest, testing::ValuesIn(IsasWithGenerator()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
