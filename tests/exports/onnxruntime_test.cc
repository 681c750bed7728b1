// ONNX Runtime computes from an exported file what the model means: every operator and network node
// by node within rigorous bounds, and whole networks, fused as it likes, what our engine computes.
#include "exports/onnxruntime.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "app/import_model.h"
#include "app/models.h"
#include "base/rounding.h"
#include "engine/bounds.h"
#include "engine/session.h"
#include "executors/networks_under_test.h"
#include "executors/operators_under_test.h"
#include "formats/onnx/onnx_writer.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;
using peers::OrtNetwork;
using peers::OrtPicture;

constexpr std::int64_t kMostMacs = 250'000'000;

class OnnxRuntime : public OnnxRuntimeTest {
 protected:
  static std::vector<Tensor> Run(const OrtNetwork& network, const Graph& graph, Tensor input) {
    const std::vector<Dims> dims = InferDims(graph, input.dim(1), input.dim(2));
    std::vector<Tensor> outputs;
    for (NodeId id : graph.outputs()) {
      outputs.emplace_back(Shape{dims[id].channels, dims[id].height, dims[id].width});
    }
    std::vector<OrtPicture> pictures;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const NodeId id = graph.outputs()[i];
      pictures.push_back({id == graph.output() ? kOnnxOutput : graph.node(id).name, &outputs[i]});
    }
    network.Run({kOnnxInput, &input}, pictures);
    return outputs;
  }

  // What ONNX Runtime makes of a node's inputs, against the exact result. Sigmoid and Tanh are
  // rational functions there, exact only to so many parts of 1.
  static void CheckNode(const Model& model, NodeId id, const std::vector<const Tensor*>& inputs,
                        const Tensor& result) {
    const Op& op = model.graph.node(id).op;
    const bool sigmoid = std::holds_alternative<Sigmoid>(op);
    if (!sigmoid && !std::holds_alternative<Tanh>(op)) {
      EXPECT_LE(WorstDeviation(model, id, inputs, result), 1) << model.graph.node(id).name;
      return;
    }
    for (std::int64_t i = 0; i < result.size(); ++i) {
      const double x = inputs[0]->data[i];
      const double exact = sigmoid ? 1 / (1 + std::exp(-x)) : std::tanh(x);
      ASSERT_NEAR(result.data[i], exact, 4 * std::numeric_limits<float>::epsilon());
    }
  }

  // All nodes at all sizes, of one file.
  static void CheckNodes(const Model& model) {
    const Model all = WithAllOutputs(model);
    const OrtNetwork network(*Library(), SerializeOnnx(all), 1);
    const std::vector<Size> sizes = SizesFor(model, kMostMacs);
    ASSERT_FALSE(sizes.empty());
    for (Size size : sizes) {
      SCOPED_TRACE(std::to_string(size.height) + "x" + std::to_string(size.width));
      const Tensor input = RandomInput(model.graph.input_channels(), size, 7);
      const std::vector<Tensor> results = Run(network, all.graph, input);
      for (NodeId id = 1; id <= static_cast<NodeId>(results.size()); ++id) {
        std::vector<const Tensor*> inputs;
        for (NodeId in : model.graph.node(id).inputs) {
          inputs.push_back(in == 0 ? &input : &results[in - 1]);
        }
        CheckNode(model, id, inputs, results[id - 1]);
      }
    }
  }

  // The output alone, at two sizes of one file unless it is for one. Inputs are normal numbers with
  // this mean and deviation.
  static void CheckAgainstEngine(Model model, float mean, float deviation,
                                 const OnnxExtents& fixed = {}) {
    model.graph.SetOutputs({model.graph.output()});
    const OrtNetwork network(*Library(), SerializeOnnx(model, fixed), 1);
    for (const Size wanted : {Size{33, 48}, Size{20, 17}}) {
      Size size = {RoundUp<std::int64_t>(wanted.height, model.info.size_multiple),
                   RoundUp<std::int64_t>(wanted.width, model.info.size_multiple)};
      if (fixed.height != 0) size = {fixed.height, fixed.width};
      Tensor input = RandomInput(model.graph.input_channels(), size, 5);
      for (float& v : input.data) v = mean + deviation * v;
      const Tensor ours = Session(model, {}).Run(input);
      const Tensor theirs = Run(network, model.graph, input).back();
      SCOPED_TRACE(std::to_string(size.height) + "x" + std::to_string(size.width));
      ExpectNear(theirs, ours, Tolerance(model));
    }
  }

  static void CheckPictures(const Model& model) {
    CheckAgainstEngine(model, 0.5f * model.info.pixel_range, 0.2f * model.info.pixel_range);
  }
};

class OnnxRuntimeNetwork : public OnnxRuntime, public testing::WithParamInterface<std::string> {};

TEST_F(OnnxRuntime, EveryOperatorIsTranslated) {
  for (const OperatorCase& c : OperatorCases()) {
    SCOPED_TRACE(c.name);
    CheckNodes(c.model);
  }
}

TEST_P(OnnxRuntimeNetwork, NodesAreCorrect) { CheckNodes(SmallNetwork(GetParam())); }

TEST_P(OnnxRuntimeNetwork, GivesWhatTheEngineGives) {
  const Model model = SmallNetwork(GetParam());
  CheckAgainstEngine(model, 0, 1);
  const int multiple = model.info.size_multiple;
  CheckAgainstEngine(model, 0, 1,
                     {.height = RoundUp(24, multiple), .width = RoundUp(40, multiple)});
}

INSTANTIATE_TEST_SUITE_P(Registry, OnnxRuntimeNetwork, testing::ValuesIn(NetworkNames()),
                         [](const auto& info) { return info.param; });

TEST_F(OnnxRuntime, BuiltInModels) {
  for (const std::string& name : ModelNames()) {
    SCOPED_TRACE(name);
    CheckPictures(LoadModel(name));
  }
}

TEST_F(OnnxRuntime, PublishedWeights) {
  const fs::path folder = fs::path(WINNOW_SHARED_DATA) / "weights";
  if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is absent";
  for (const char* name : {"carn_m_x234", "dmphn_1_2_4", "imdn_x4", "rfdn_aim_x4"}) {
    SCOPED_TRACE(name);
    const fs::path file = folder / (std::string(name) + ".safetensors");
    ASSERT_TRUE(fs::exists(file));
    CheckPictures(ImportModel(file, {}).model);
  }
}

}  // namespace
}  // namespace winnow
