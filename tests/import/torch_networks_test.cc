// Networks as PyTorch exports and saves them compute, once imported, what they computed there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/import_model.h"
#include "engine/session.h"
#include "formats/pytorch/torch_file.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

constexpr int kNoTorch = 77;

// The largest difference to `wanted`, as a part of its largest number.
double Difference(const Model& model, const Tensor& picture, const Tensor& wanted) {
  Tensor input = picture;
  const std::int64_t plane = input.dim(1) * input.dim(2);
  for (std::int64_t i = 0; i < input.size(); ++i) input.data[i] -= model.info.mean[i / plane];
  const Tensor result = Session(model, {.costs = CostSource::kBuiltIn}).Run(input);
  if (result.shape != wanted.shape) return INFINITY;
  double largest = 0;
  double difference = 0;
  for (std::int64_t i = 0; i < wanted.size(); ++i) {
    largest = std::max(largest, std::abs(double{wanted.data[i]}));
    difference = std::max(difference, std::abs(double{result.data[i]} - wanted.data[i]));
  }
  return difference / largest;
}

TEST(TorchNetworks, ComputeWhatTheyComputedThere) {
  const TemporaryFolder folder;
  // The system's Python is the one that packages such as python3-torch are for.
  const ProcessResult python =
      RunProcess({"/usr/bin/python3", WINNOW_NETWORKS_SCRIPT, folder.path().string()});
  if (python.exit_code == kNoTorch || python.exit_code == 127) {
    GTEST_SKIP() << "no PyTorch for Python here";
  }
  ASSERT_EQ(python.exit_code, 0) << python.err;
  const struct {
    const char* name;
    const char* network;  // that the weights belong to; null: none that is built in
    int scale;
  } cases[] = {{"nafnet", "nafnet", 1},
               {"rrdb", "rrdb", 2},
               {"edsr", "edsr", 2},
               {"gelu_bicubic", nullptr, 3},
               {"gelu_bicubic_11", nullptr, 3}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string stem = (folder.path() / c.name).string();
    const TensorFile trial = ReadTorchFile(stem + "-trial.pth");
    const Tensor& picture = trial.tensors.at("picture");
    const Tensor& wanted = trial.tensors.at("result");
    const Model network = ImportModel(stem + ".onnx", {.range = "0..1"}).model;
    EXPECT_EQ(network.info.scale, c.scale);
    EXPECT_LE(Difference(network, picture, wanted), 1e-5);
    if (c.network == nullptr) continue;
    Model weights = ImportModel(stem + ".pth", {.range = "0..1"}).model;
    EXPECT_EQ(weights.info.network, c.network);
    EXPECT_EQ(weights.info.scale, c.scale);
    EXPECT_LE(Difference(weights, picture, wanted), 1e-5);
  }
}

}  // namespace
}  // namespace winnow
