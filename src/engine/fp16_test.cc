// Results of Precision::kFp16 against those of kExact.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "engine/session.h"
#include "engine/testing/many_operators.h"
#include "engine/testing/precision.h"
#include "graph/builder.h"
#include "kernels/conv/jit/generated_conv.h"

namespace winnow {
namespace {

// A small network of the usual kind: residual blocks, learned slopes, a concatenation, an
// enlargement that is added, a shuffle. Its receptive field is finite.
Model Network(int kept) {
  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId first = g.Conv(input, "first", 32);
  const NodeId block = g.Add(g.Conv(g.PRelu(g.Conv(first, "a", 32), "slopes"), "b", 32), first);
  const NodeId joined = g.Conv(g.Concat({first, block}), "join", 24, {.kernel = 1});
  const NodeId strided = g.Conv(g.Conv(joined, "down", 16, {.kernel = 5, .stride = 2}), "c", 16);
  const NodeId up = g.ConvTranspose(strided, "up", 24);
  const NodeId last = g.Conv(g.Add(joined, up), "last", 12);
  const NodeId large = g.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {input});
  return ModelKeeping(kept, g.Finish({g.Add(g.Apply(PixelShuffle{2}, {last}), large)}));
}

// Of the errors, as a part of that of the values.
double RelativeRms(const Tensor& result, const Tensor& expected) {
  double squares = 0, errors = 0;
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    squares += std::pow(static_cast<double>(expected.data[i]), 2);
    errors += std::pow(static_cast<double>(result.data[i]) - expected.data[i], 2);
  }
  return std::sqrt(errors / squares);
}

class Fp16SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string obstacle = HalfObstacle(AvailableIsas().front());
    if (!obstacle.empty()) GTEST_SKIP() << "nothing in half precision: " << obstacle;
  }
};

// A layer is off by some four units of 2^-11 on average; a few of them add up.
TEST_F(Fp16SessionTest, IsNearExact) {
  for (int kept : {32, 8}) {
    const Model model = Network(kept);
    Session exact(model, Options(Precision::kExact));
    Session half(model, Options(Precision::kFp16));
    for (const auto& [height, width] : {std::pair(2, 2), {6, 4}, {24, 70}, {40, 162}}) {
      const Tensor input = Noise(height, width);
      const double error = RelativeRms(half.Run(input), exact.Run(input));
      EXPECT_LT(error, 5e-3) << height << "x" << width;
      EXPECT_GT(error, 1e-5) << height << "x" << width;
    }
  }
}

TEST_F(Fp16SessionTest, EveryOperatorIsNearExact) {
  const Model model = ManyOperators();
  Session exact(model, Options(Precision::kExact));
  Session half(model, Options(Precision::kFp16));
  for (const auto& [height, width] : {std::pair(2, 2), {38, 50}, {20, 130}}) {
    const Tensor input = Noise(height, width);
    const std::vector<Tensor> expected = exact.RunAll(input);
    const std::vector<Tensor> results = half.RunAll(input);
    for (std::size_t i = 0; i < results.size(); ++i) {
      EXPECT_LT(RelativeRms(results[i], expected[i]), 1e-2) << height << "x" << width;
    }
  }
}

TEST_F(Fp16SessionTest, OnlyWhatHasNoSuchKernelIsInFloat) {
  Session half(Network(8), Options(Precision::kFp16));
  int converted = 0;
  for (const StepTime& step : half.Profile(Noise(24, 70))) {
    EXPECT_TRUE(step.macs == 0 || step.kernel == "generated fp16") << step.node;
    converted += step.kernel == "to fp16" ? 1 : 0;
    EXPECT_NE(step.kernel, "to fp32") << step.node;
  }
  EXPECT_EQ(converted, 1);  // the bilinear enlargement
}

TEST_F(Fp16SessionTest, ThreadsGroupsAndTilesDoNotChangeABit) {
  const Model model = Network(8);
  const Tensor input = Noise(50, 90);
  SessionOptions options = Options(Precision::kFp16);
  const Tensor whole = Session(model, options).Run(input);
  for (int threads : {1, 2, 5}) {
    for (std::int64_t bytes : {1, 20'000, 1 << 30}) {
      options.threads = threads;
      options.cache_bytes = bytes;
      EXPECT_EQ(Session(model, options).Run(input).data, whole.data) << threads << " " << bytes;
    }
  }
  // The upper left 32x60 pixels see no further than the 50x90 do, but for the last 20.
  Tensor tile({3, 32, 60});
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 32; ++y) {
      std::copy_n(&input.data[(c * 50 + y) * 90], 60, &tile.data[(c * 32 + y) * 60]);
    }
  }
  const Tensor part = Session(model, options).Run(tile);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 24; ++y) {
      for (int x = 0; x < 80; ++x) {
        ASSERT_EQ(part.data[(c * 64 + y) * 120 + x], whole.data[(c * 100 + y) * 180 + x])
            << c << " " << y << " " << x;
      }
    }
  }
}

TEST_F(Fp16SessionTest, ReportsWhatExceedsItsRange) {
  GraphBuilder g;
  const NodeId middle = g.Conv(g.Conv(g.Input(3), "first", 8), "middle", 8);
  Model model = ModelKeeping(32, g.Finish({g.Conv(g.Functional(Relu{}, middle), "last", 3)}));
  Tensor input = Noise(9, 40);
  Session half(model, Options(Precision::kFp16));
  EXPECT_NO_THROW(half.Run(input));
  for (float& x : input.data) x *= 30'000;
  try {
    half.Run(input);
    ADD_FAILURE() << "not reported";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(std::string(e.what()).find("65504"), std::string::npos) << e.what();
  }
  for (float& x : input.data) x /= 30'000;
  EXPECT_NO_THROW(half.Run(input));
}

TEST_F(Fp16SessionTest, RefusesWeightsBeyondItsRange) {
  GraphBuilder g;
  Model model = ModelKeeping(32, g.Finish({g.Conv(g.Input(3), "only", 3)}));
  model.weights[0].data[5] = 65536;
  try {
    Session(model, Options(Precision::kFp16)).Run(Noise(3, 40));
    ADD_FAILURE() << "not refused";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(std::string(e.what()).find("'only'"), std::string::npos) << e.what();
  }
}

// The hyperbolic tangent of a large number is no overflow.
TEST_F(Fp16SessionTest, ComputesSaturatedFunctions) {
  GraphBuilder g;
  const NodeId x = g.Conv(g.Input(3), "first", 8);
  const NodeId out = g.Add(g.Apply(Tanh{}, {x}), g.Apply(Sigmoid{}, {x}));
  const Model model = ModelKeeping(32, g.Finish({out}));
  Tensor input = Noise(9, 40);
  for (float& v : input.data) v *= 3000;
  const Tensor expected = Session(model, Options(Precision::kExact)).Run(input);
  EXPECT_LT(RelativeRms(Session(model, Options(Precision::kFp16)).Run(input), expected), 1e-2);
}

void ExpectRefusal(const SessionOptions& options, const std::string& reason) {
  try {
    Session session(Network(32), options);
    ADD_FAILURE() << "not refused";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kUnsupported);
    EXPECT_EQ(std::string(e.what()), "precision fp16: " + reason);
  }
}

TEST(Fp16Refusal, NamesTheMissingFeature) {
  const Isa last = AvailableIsas().back();
  ASSERT_EQ(setenv("WINNOW_ISA", std::string(Name(last)).c_str(), 1), 0);
  ExpectRefusal(Options(Precision::kFp16), HalfObstacle(last));
  unsetenv("WINNOW_ISA");
}

TEST_F(Fp16SessionTest, NeedsGeneratedCode) {
  SessionOptions options = Options(Precision::kFp16);
  options.kernels = KernelChoice::kHighway;
  ExpectRefusal(options,
                "only generated code computes in half precision, and compiled kernels "
                "are asked for");
}

}  // namespace
}  // namespace winnow
