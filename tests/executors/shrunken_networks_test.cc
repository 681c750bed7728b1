// Networks with filters removed compute what they did with those filters, and all that reads them,
// at zero; but for those with a LayerNorm, which then has fewer channels to take the mean of.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/reference.h"
#include "executors/networks_under_test.h"
#include "graph/cost.h"
#include "graph/filter_pruning.h"
#include "graph/shrink.h"
#include "networks/registry.h"

namespace winnow {
namespace {

// Number of the entry's index along `axis`.
std::int64_t IndexAlong(const Shape& shape, int axis, std::int64_t entry) {
  const std::int64_t inner = ElementCount(Shape(shape.begin() + axis + 1, shape.end()));
  return entry / inner % shape[axis];
}

void SetToZero(const ChannelTies& ties, const std::vector<bool>& kept, Model& model) {
  for (ParamId id = 0; id < static_cast<ParamId>(model.weights.size()); ++id) {
    Tensor& weight = model.weights[id];
    for (int axis = 0; axis < static_cast<int>(weight.shape.size()); ++axis) {
      const std::vector<int>& sets = ties.OfParam(id, axis);
      for (std::int64_t i = 0; i < weight.size() && !sets.empty(); ++i) {
        if (!kept[sets[IndexAlong(weight.shape, axis, i)]]) weight.data[i] = 0;
      }
    }
  }
}

bool Normalises(const Graph& graph) {
  return std::ranges::any_of(
      graph.nodes(), [](const Node& node) { return std::holds_alternative<LayerNorm>(node.op); });
}

// The largest that is quick, or the smallest of all.
Size TrialSize(const Model& model) {
  const std::vector<Size> quick = SizesFor(model, 40'000'000);
  return quick.empty() ? SizesFor(model, 1'000'000'000'000).front() : quick.back();
}

class ShrunkenNetworkTest : public testing::TestWithParam<std::string> {};

TEST_P(ShrunkenNetworkTest, IsTheOneWithZeros) {
  Model model = SmallNetwork(GetParam());
  model.weights = RandomWeights(model.graph, 3);
  const ChannelTies ties(model.graph);
  const std::vector<bool> kept = KeepLargest(ties, FilterNorms(model, ties), 0.6);
  const Model shrunk = RemoveChannels(model, ties, kept);
  Validate(shrunk);
  SetToZero(ties, kept, model);
  const Tensor input = RandomInput(3, TrialSize(model), 5);
  const std::vector<Tensor> wanted = RunReference(model, input), got = RunReference(shrunk, input);
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].shape, wanted[i].shape);
    // Sums of the same terms and zeros.
    if (!Normalises(model.graph)) EXPECT_EQ(got[i].data, wanted[i].data);
  }
}

TEST_P(ShrunkenNetworkTest, MeetsBudgets) {
  const bool enlarges = BuildNetwork(GetParam()).info.scale > 1;
  Model model = BuildNetwork(GetParam());
  model.weights = RandomWeights(model.graph, 3);
  const auto cost = [&](const Graph& graph) {
    const std::vector<Dims> dims = InferDims(graph, enlarges ? 90 : 128, 128);
    double macs = 0;
    for (NodeId id : PrunableConvs(graph)) macs += static_cast<double>(NodeMacs(graph, id, dims));
    return macs;
  };
  for (double budget : {0.5, 0.25, 0.0625}) {
    const FilterPruned pruned = PruneFilters(model, budget, cost);
    EXPECT_LE(cost(pruned.model.graph), budget * cost(model.graph));
    EXPECT_DOUBLE_EQ(cost(pruned.model.graph) / cost(model.graph), pruned.cost);
    EXPECT_GT(pruned.cost, 0.5 * budget);  // channels are few
    EXPECT_EQ(PrunableConvs(pruned.model.graph), PrunableConvs(model.graph));
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, ShrunkenNetworkTest, testing::ValuesIn(NetworkNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace winnow
