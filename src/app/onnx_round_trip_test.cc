// Every network, written as ONNX and imported, computes what it computed before, and written again
// it is the same network.
#include <gtest/gtest.h>

#include "app/import_model.h"
#include "base/random.h"
#include "engine/session.h"
#include "formats/onnx/onnx_file.h"
#include "formats/onnx/onnx_testing.h"
#include "formats/onnx/onnx_writer.h"
#include "formats/testing.h"
#include "networks/registry.h"

namespace winnow {
namespace {

// Settings of a network that is quick to run.
std::map<std::string, int> Small(const NetworkRow& row) {
  const std::map<std::string, int> sizes = {
      {"width", 16}, {"levels", 2}, {"scales", 2}, {"residual", 50}};
  std::map<std::string, int> settings;
  for (const auto& [key, value] : row.settings) {
    settings[key] = sizes.contains(key) ? sizes.at(key) : 1;
  }
  return settings;
}

class OnnxRoundTrip : public testing::TestWithParam<NetworkRow> {};

TEST_P(OnnxRoundTrip, ComputesTheSame) {
  Model model = BuildNetwork(GetParam().name, {0, Small(GetParam())});
  FillWeights(model, 3);
  for (Tensor& weight : model.weights) {
    for (float& v : weight.data) v *= 0.1f;
  }
  model.graph.SetOutputs({model.graph.output()});
  const OnnxNetwork network = ParseOnnx(SerializeOnnx(model), "trip.onnx");
  Model again;
  again.graph = network.graph;
  again.weights = network.weights;
  const OnnxNetwork second = ParseOnnx(SerializeOnnx(again), "again.onnx");
  EXPECT_EQ(DumpWithoutNumbers(second.graph), DumpWithoutNumbers(network.graph));
  EXPECT_EQ(second.weights, network.weights);
  EXPECT_EQ(FindSizeMultiple(network.graph, model.info.scale), model.info.size_multiple);

  Tensor input({3, 48, 64});
  Random random(1);
  for (float& v : input.data) v = static_cast<float>(random.Uniform());
  const SessionOptions options = {.kernels = KernelChoice::kHighway, .costs = CostSource::kBuiltIn};
  const Tensor wanted = Session(model, options).Run(input);
  const Tensor result = Session(again, options).Run(input);
  ASSERT_EQ(result.shape, wanted.shape);
  double largest = 0;
  for (float v : wanted.data) largest = std::max(largest, std::abs(double{v}));
  EXPECT_GT(largest, 0);
  for (std::int64_t i = 0; i < wanted.size(); ++i) {
    // Folded factors are rounded once more.
    ASSERT_NEAR(result.data[i], wanted.data[i], 1e-5 * largest);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, OnnxRoundTrip, testing::ValuesIn(Networks()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace winnow
