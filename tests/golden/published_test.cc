// Real weights of published networks give their published quality, by both executors.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "app/evaluate.h"
#include "app/lpips.h"
#include "app/restorer.h"
#include "base/parallel.h"
#include "engine/session.h"
#include "formats/import.h"
#include "image/bicubic.h"
#include "image/codec.h"
#include "networks/registry.h"
#ifdef WINNOW_HAS_TRAINING
#include "training/torch_session.h"
#endif

namespace winnow {
namespace {

namespace fs = std::filesystem;

const fs::path kData = WINNOW_SHARED_DATA;
constexpr double kTolerance =
    0.003;  // dB: what rounding to 8 bit leaves of the executors' differences

#define SKIP_WITHOUT_DATA() \
  if (!fs::exists(kData)) GTEST_SKIP() << "the benchmark data is not at " << kData

enum class Executor { kEngine, kLibtorch };

struct Published {
  const char* network;
  const char* weights;
  const char* set;
  Executor executor;
  double psnr;  // dB, y-shave4
};

// For readable test names.
void PrintTo(const Published& row, std::ostream* out) {
  *out << row.network << " " << row.set
       << (row.executor == Executor::kEngine ? " engine" : " libtorch");
}

Model LoadPublished(const std::string& network, const std::string& weights, int scale) {
  NetworkOptions options;
  options.scale = scale;
  Model model = BuildNetwork(network, options);
  const fs::path file = kData / "weights" / weights;
  LoadWeights(ReadSafetensors(file), file.string(), model);
  return model;
}

Runner MakeRunner(const Model& model, Executor executor) {
#ifdef WINNOW_HAS_TRAINING
  if (executor == Executor::kLibtorch) {
    const auto session =
        std::make_shared<TorchSession>(model, TorchOptions{HardwareThreads(), "cpu"});
    return [session](const Tensor& input) { return session->Run(input); };
  }
#endif
  const auto session =
      std::make_shared<Session>(model, SessionOptions{ExecutorKind::kFast, HardwareThreads()});
  return [session](const Tensor& input) { return session->Run(input); };
}

class PublishedFigure : public testing::TestWithParam<Published> {};

TEST_P(PublishedFigure, IsReproduced) {
  SKIP_WITHOUT_DATA();
  const Published& row = GetParam();
#ifndef WINNOW_HAS_TRAINING
  if (row.executor == Executor::kLibtorch) GTEST_SKIP() << "built without training";
#endif
  const Model model = LoadPublished(row.network, row.weights, 4);
  const Runner run = MakeRunner(model, row.executor);
  const EvalReport report =
      Evaluate(FindEvalSet(kData / "sr/test" / row.set, 4), 4, ParseProtocol("y-shave4"),
               [&](const Image& image) { return Restore(model, run, image); });
  EXPECT_NEAR(report.mean.quality.psnr, row.psnr, kTolerance);
}

// B100 takes minutes; benchmarks/published.sh has it.
INSTANTIATE_TEST_SUITE_P(
    X4, PublishedFigure,
    testing::Values(
        Published{"imdn", "imdn_x4.safetensors", "Set5", Executor::kEngine, 32.210},
        Published{"imdn", "imdn_x4.safetensors", "Set5", Executor::kLibtorch, 32.210},
        Published{"imdn", "imdn_x4.safetensors", "Set14", Executor::kEngine, 28.582},
        Published{"carn_m", "carn_m_x234.safetensors", "Set5", Executor::kEngine, 31.883},
        Published{"carn_m", "carn_m_x234.safetensors", "Set5", Executor::kLibtorch, 31.883},
        Published{"carn_m", "carn_m_x234.safetensors", "Set14", Executor::kEngine, 28.418},
        Published{"rfdn_aim", "rfdn_aim_x4.safetensors", "Set5", Executor::kEngine, 32.159},
        Published{"rfdn_aim", "rfdn_aim_x4.safetensors", "Set5", Executor::kLibtorch, 32.159},
        Published{"rfdn_aim", "rfdn_aim_x4.safetensors", "Set14", Executor::kEngine, 28.645}));

class BicubicBaseline : public testing::TestWithParam<std::pair<const char*, double>> {};

TEST_P(BicubicBaseline, IsReproduced) {
  SKIP_WITHOUT_DATA();
  const auto [set, psnr] = GetParam();
  const EvalReport report =
      Evaluate(FindEvalSet(kData / "sr/test" / set, 4), 4, ParseProtocol("y-shave4"),
               [](const Image& image) { return ResizeBicubic(image, 4, 1); });
  EXPECT_NEAR(report.mean.quality.psnr, psnr, 0.001);
}

INSTANTIATE_TEST_SUITE_P(X4, BicubicBaseline,
                         testing::Values(std::pair{"Set5", 28.429}, std::pair{"Set14", 26.088},
                                         std::pair{"B100", 25.961}));

class BicubicLpips : public testing::TestWithParam<std::pair<const char*, double>> {};

TEST_P(BicubicLpips, IsReproduced) {
  SKIP_WITHOUT_DATA();
  const auto [set, distance] = GetParam();
  Lpips lpips(kData / "weights/lpips_alex_v0.1.safetensors", HardwareThreads());
  const EvalReport report =
      Evaluate(FindEvalSet(kData / "sr/test" / set, 4), 4, ParseProtocol("y-shave4"),
               [](const Image& image) { return ResizeBicubic(image, 4, 1); },
               {.on_row = {}, .stop = nullptr, .lpips = &lpips});
  EXPECT_NEAR(report.mean.lpips.value_or(-1), distance, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(X4, BicubicLpips, testing::Values(std::pair{"Set5", 0.339752}));

// The author's picture was truncated to 8 bit where ours is rounded: ours is equal or one level
// above.
TEST(DmphnGolden, EqualsTheAuthorsPicture) {
  SKIP_WITHOUT_DATA();
  const Model model = LoadPublished("dmphn_124", "dmphn_1_2_4.safetensors", 1);
  const Image blurred = ReadImage(kData / "deblur/dmphn_golden/in/000005.png");
  const Image expected = ReadImage(kData / "deblur/dmphn_golden/out/000005.png");
  const Image restored = Restore(model, MakeRunner(model, Executor::kEngine), blurred);
  ASSERT_EQ(restored.size_bytes(), expected.size_bytes());
  int worst = 0;
  for (std::size_t i = 0; i < restored.size_bytes(); ++i) {
    worst = std::max(worst, std::abs(restored.data()[i] - expected.data()[i]));
  }
  EXPECT_LE(worst, 1);
}

}  // namespace
}  // namespace winnow
