#include "app/ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <vector>

#include "app/engine_runner.h"
#include "app/restorer.h"
#include "app/small_models_testing.h"
#include "base/error.h"
#include "base/random.h"
#include "graph/builder.h"
#include "graph/receptive_field.h"
#include "networks/registry.h"
#include "support/pictures.h"

namespace winnow {
namespace {

Tensor RandomTensor(Shape shape) {
  Random random(3);
  Tensor t(std::move(shape));
  for (float& value : t.data) value = static_cast<float>(random.Uniform());
  return t;
}

Tensor Mirrored(const Tensor& t) {
  Tensor result(t.shape);
  for (int c = 0; c < t.dim(0); ++c) {
    for (int y = 0; y < t.dim(1); ++y) {
      std::reverse_copy(t.Row(c, y), t.Row(c, y) + t.dim(2), result.Row(c, y));
    }
  }
  return result;
}

Tensor QuarterTurned(const Tensor& t) {
  Tensor result({t.dim(0), t.dim(2), t.dim(1)});
  for (int c = 0; c < t.dim(0); ++c) {
    for (int y = 0; y < t.dim(1); ++y) {
      for (int x = 0; x < t.dim(2); ++x) {
        result.Row(c, x)[t.dim(1) - 1 - y] = t.Row(c, y)[x];
      }
    }
  }
  return result;
}

// All eight orientations.
std::vector<Tensor> Orientations(Tensor t) {
  std::vector<Tensor> all;
  for (int quarters = 0; quarters < 4; ++quarters) {
    all.push_back(t);
    all.push_back(Mirrored(t));
    t = QuarterTurned(t);
  }
  return all;
}

float LargestDifference(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.shape, b.shape);
  float largest = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a.data[i] - b.data[i]));
  }
  return largest;
}

// Of two means of eight numbers of at most `magnitude` in whatever order: seven sums each, of at
// most eight times that, each off by half an epsilon.
float RoundingOfMeans(float magnitude) {
  return 7 * magnitude * std::numeric_limits<float>::epsilon();
}

float LargestMagnitude(const Tensor& t) {
  float largest = 0;
  for (float value : t.data) largest = std::max(largest, std::abs(value));
  return largest;
}

// What lies one row down and two columns to the right in the input, repeated to `scale` times its
// extents; 0 beyond it.
Tensor KnightsMove(const Tensor& input, int scale, int down = 1, int right = 2) {
  Tensor result({input.dim(0), scale * input.dim(1), scale * input.dim(2)});
  for (int c = 0; c < result.dim(0); ++c) {
    for (int y = 0; y < result.dim(1); ++y) {
      for (int x = 0; x < result.dim(2); ++x) {
        const int from_y = y / scale + down;
        const int from_x = x / scale + right;
        const bool inside =
            0 <= from_y && from_y < input.dim(1) && 0 <= from_x && from_x < input.dim(2);
        result.Row(c, y)[x] = inside ? input.Row(c, from_y)[from_x] : 0;
      }
    }
  }
  return result;
}

TEST(Ensemble, IsTheMeanOverAllOrientationsTurnedBack) {
  // More columns than a strip of the turning has.
  Tensor input({2, 19, 37});
  for (std::int64_t i = 0; i < input.size(); ++i) input.data[i] = static_cast<float>(i * i % 251);
  for (int scale : {1, 2}) {
    const Model model = Nearest(scale);
    const Runner run = [&](const Tensor& t) { return KnightsMove(t, scale); };
    Tensor expected({2, 19 * scale, 37 * scale});
    for (auto [down, right] : {std::pair{1, 2}, {2, 1}}) {
      for (int sign_down : {-1, 1}) {
        for (int sign_right : {-1, 1}) {
          const Tensor move = KnightsMove(input, scale, sign_down * down, sign_right * right);
          for (std::int64_t i = 0; i < move.size(); ++i) expected.data[i] += move.data[i] / 8;
        }
      }
    }
    EXPECT_EQ(Ensemble(model.graph, run)(input), expected) << scale;
  }
}

TEST(Ensemble, TurnsWithItsInput) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 2}}, 2);
  const Runner run = EngineRunner(model, {});
  const Runner ensemble = Ensemble(model.graph, run);
  const Tensor input = RandomTensor({3, 9, 14});
  const std::vector<Tensor> inputs = Orientations(input);
  const std::vector<Tensor> expected = Orientations(ensemble(input));
  const std::vector<Tensor> plain = Orientations(run(input));
  float magnitude = 0;
  for (const Tensor& each : inputs) magnitude = std::max(magnitude, LargestMagnitude(run(each)));
  const float tolerance = RoundingOfMeans(magnitude);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_LE(LargestDifference(ensemble(inputs[i]), expected[i]), tolerance) << i;
    if (i == 0) continue;
    EXPECT_GT(LargestDifference(run(inputs[i]), plain[i]), 100 * tolerance) << i;
  }
}

TEST(Ensemble, LeavesAloneWhatDoesNotDependOnTheOrientation) {
  const Model model = Nearest(2);
  const Runner run = EngineRunner(model, {});
  const Tensor input = RandomTensor({3, 7, 20});
  EXPECT_LE(LargestDifference(Ensemble(model.graph, run)(input), run(input)), RoundingOfMeans(1));
}

TEST(Ensemble, CountsBothExtentsAndWhatIsKept) {
  const Model model = Nearest(2);
  const Runner run([](const Tensor& t) { return t; },
                   [](std::int64_t height, std::int64_t width) { return 1000 * height + width; });
  const BytesFor bytes = Ensemble(model.graph, run).bytes();
  const std::int64_t input_and_sum = 4 * (3 * 5 * 7 + 3 * 10 * 14);
  EXPECT_EQ(bytes(5, 7), 7005 + input_and_sum);
  EXPECT_EQ(bytes(7, 5), 7005 + input_and_sum);
  // Node by node, by default: the input and the result once more.
  const Runner silent = [](const Tensor& t) { return t; };
  EXPECT_EQ(Ensemble(model.graph, silent).bytes()(5, 7), 2 * input_and_sum);
}

TEST(Ensemble, RefusesResultsThatDoNotTurn) {
  const Model model = Nearest(1);
  const Runner narrow = [](const Tensor& t) { return Tensor({3, t.dim(1), t.dim(2) - 1}); };
  try {
    Ensemble(model.graph, narrow)(Tensor({3, 6, 6}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
  }
}

// Tiles begin and end at multiples of the alignment, seen from either side, where the picture does.
TEST(Ensemble, PicturesThatNetworksTakeEndAtTheirAlignment) {
  for (const NetworkRow& row : Networks()) {
    const Model model = BuildNetwork(row.name);
    const ReceptiveField field = FindReceptiveField(model.graph);
    if (!field.finite) continue;
    EXPECT_EQ(model.info.size_multiple % field.alignment, 0) << row.name;
  }
}

struct Counted {
  Model model;
  Runner engine = EngineRunner(model, {});
  int runs = 0;
  Runner run{[this](const Tensor& t) {
               ++runs;
               return engine(t);
             },
             engine.bytes()};
};

TEST(RestoreEnsemble, TiledEqualsUntiled) {
  Counted networks[] = {
      {SmallNetwork("unet", {{"width", 8}, {"blocks", 1}})},
      {SmallNetwork("unet", {{"width", 8}, {"blocks", 1}, {"unshuffle", 2}})},
      {SmallNetwork("srvgg", {{"width", 8}, {"blocks", 2}}, 2)},
  };
  EXPECT_GT(networks[0].model.info.size_multiple, 1);
  for (Counted& network : networks) {
    const auto& [model, engine, runs, run] = network;
    const Image image = MakePicture(331, 243, 4, 16);
    RestoreOptions options;
    options.ensemble = true;
    const Image whole = Restore(model, run, image, options);
    EXPECT_EQ(runs, 16);  // colour and alpha
    options.memory_budget = 2 * RestoreBytes(model, run, {200, 200, 4, 16}, options) / 3;
    EXPECT_TRUE(Restore(model, run, image, options) == whole) << model.info.name;
    EXPECT_GT(runs, 16 + 5 * 16) << model.info.name;
    options.ensemble = false;
    EXPECT_FALSE(Restore(model, run, image, options) == whole) << model.info.name;
  }
}

TEST(RestoreEnsemble, TellsHowFarItIsAfterEveryPass) {
  Counted network{SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2)};
  std::vector<double> fractions;
  RestoreOptions options;
  options.ensemble = true;
  options.on_progress = [&](double fraction) { fractions.push_back(fraction); };
  Restore(network.model, network.run, MakePicture(30, 20, 4), options);
  ASSERT_EQ(fractions.size(), 16u);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(fractions[i], (i + 1) / 16.0);
}

TEST(RestoreEnsemble, StopsBetweenOrientations) {
  Counted network{Nearest(2)};
  std::atomic<bool> stop = false;
  RestoreOptions options;
  options.ensemble = true;
  options.stop = &stop;
  options.on_progress = [&](double fraction) { stop = fraction >= 0.25; };
  try {
    Restore(network.model, network.run, MakePicture(30, 20), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_EQ(network.runs, 2);
}

TEST(RestoreEnsemble, TakesMoreMemoryWithinTheBudget) {
  Counted network{SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2)};
  const ImageShape shape{400, 100, 3, 8};
  RestoreOptions options;
  const std::int64_t plain = RestoreBytes(network.model, network.run, shape, options);
  options.ensemble = true;
  const std::int64_t ensemble = RestoreBytes(network.model, network.run, shape, options);
  EXPECT_GE(ensemble, plain + 4 * 3 * (400 * 100 + 800 * 200));
  options.memory_budget = ensemble / 4;
  EXPECT_LE(RestoreBytes(network.model, network.run, shape, options), 2 * options.memory_budget);
}

TEST(RestoreEnsemble, PicturesTooNarrowToBeTurnedArePadded) {
  GraphBuilder g;  // reflects columns only
  NodeId x = g.Apply(Pad{PadMode::kReflect, {0, 2, 0, 2}}, {g.Input(3)});
  x = g.Apply(Pad{PadMode::kZero, {2, 0, 2, 0}}, {x});
  Model model;
  model.graph = g.Finish({g.Conv(x, "a", 3, {.kernel = 5, .pad = 0})});
  model.info.name = "reflecting";
  FillWeights(model);
  const Runner run = EngineRunner(model, {});
  RestoreOptions options;
  EXPECT_EQ(Restore(model, run, MakePicture(9, 1), options).height(), 1);
  options.ensemble = true;
  EXPECT_EQ(Restore(model, run, MakePicture(9, 1), options).height(), 1);
}

}  // namespace
}  // namespace winnow
