#include "formats/graph_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "formats/testing.h"

namespace winnow {
namespace {

Graph SmallGraph() {
  GraphBuilder builder;
  NodeId x = builder.Conv(builder.Input(3), "head", 4);
  x = builder.Apply(LeakyRelu{0.05f}, {x}, "act");
  x = builder.Conv(x, "tail", 3, {.bias = false});
  return builder.Finish({x});
}

int Pick(Random& random, int low, int high) {
  return low + static_cast<int>(random.Below(high - low + 1));
}

float Real(Random& random) { return static_cast<float>(random.Normal()); }

Pads SomePads(Random& random, int high) {
  return {Pick(random, 0, high), Pick(random, 0, high), Pick(random, 0, high),
          Pick(random, 0, high)};
}

// Any operator with any attributes that stand on their own; params are added as needed.
Op SomeOp(Random& random, Graph& graph) {
  const auto param = [&](Shape shape) {
    return graph.AddParam({"p" + std::to_string(graph.params().size()), std::move(shape)});
  };
  switch (Pick(random, 1, 24)) {
    case 1: {
      const int groups = Pick(random, 1, 3);
      const int out = groups * Pick(random, 1, 4);
      const ParamId weight = param({out, Pick(random, 1, 4), Pick(random, 1, 5), 3});
      const ParamId bias = random.Coin() ? param({out}) : kNoParam;
      return Conv2d{weight, bias, Pick(random, 1, 4), SomePads(random, 5), Pick(random, 1, 3),
                    groups};
    }
    case 2: {
      const ParamId weight = param({4, Pick(random, 1, 4), 2, 2});
      return ConvTranspose2d{weight, kNoParam, 2, SomePads(random, 1), 1, 1, 2};
    }
    case 3:
      return Add{};
    case 4:
      return Multiply{};
    case 5:
      return Concat{static_cast<Axis>(Pick(random, 0, 2))};
    case 6:
      return SliceChannels{Pick(random, 0, 5), Pick(random, 6, 9)};
    case 7:
      return SplitSpatial{static_cast<Axis>(Pick(random, 1, 2)), 4, Pick(random, 0, 3)};
    case 8:
      return Relu{};
    case 9:
      return LeakyRelu{Real(random)};
    case 10:
      return PRelu{param({Pick(random, 1, 9)})};
    case 11:
      return Sigmoid{};
    case 12:
      return Tanh{};
    case 13:
      return PixelShuffle{Pick(random, 1, 4), static_cast<ShuffleOrder>(Pick(random, 0, 1))};
    case 14:
      return Resize{static_cast<ResizeMode>(Pick(random, 0, 1)), 3, Pick(random, 1, 4)};
    case 15:
      return Pool{static_cast<PoolKind>(Pick(random, 0, 1)), 3, 2, SomePads(random, 2)};
    case 16:
      return GlobalPool{static_cast<GlobalKind>(Pick(random, 0, 1))};
    case 17:
      return Pad{static_cast<PadMode>(Pick(random, 0, 2)), SomePads(random, 9)};
    case 18:
      return Clamp{-std::abs(Real(random)), std::abs(Real(random))};
    case 20:
      return Gelu{static_cast<GeluForm>(Pick(random, 0, 1))};
    case 21:
      return ChannelScale{param({1, Pick(random, 1, 9), 1, 1})};
    case 22: {
      const int channels = Pick(random, 1, 9);
      const ParamId weight = param({channels});
      return LayerNorm{weight, param({channels}), std::abs(Real(random)) + 1e-9f};
    }
    case 23:
      return PixelUnshuffle{Pick(random, 1, 4)};
    case 19:
      return ScaleShift{{Real(random), Real(random)}, {Real(random), Real(random)}};
    default:
      return StopGradient{};
  }
}

std::size_t InputsOf(const Op& op) {
  const bool two = std::holds_alternative<Add>(op) || std::holds_alternative<Multiply>(op) ||
                   std::holds_alternative<Concat>(op);
  return two ? 2 : 1;
}

Graph RandomGraph(std::uint64_t seed) {
  Random random(seed);
  Graph graph;
  graph.AddNode({Input{Pick(random, 1, 4)}, {}, "in"});
  const int count = Pick(random, 1, 40);
  for (int i = 1; i <= count; ++i) {
    const Op op = SomeOp(random, graph);
    std::vector<NodeId> inputs(InputsOf(op));
    for (NodeId& input : inputs) input = Pick(random, 0, i - 1);
    graph.AddNode({op, inputs, "n\"" + std::to_string(i), random.Coin()});
  }
  graph.SetOutputs({count, Pick(random, 0, count)});
  return graph;
}

TEST(GraphJson, EveryOperatorRoundTrips) {
  const Graph graph = EveryOperatorModel().graph;
  std::set<std::size_t> kinds;
  for (const Node& node : graph.nodes()) kinds.insert(node.op.index());
  EXPECT_EQ(kinds.size(), std::variant_size_v<Op>) << "the example lacks an operator";
  EXPECT_EQ(ParseGraph(SerializeGraph(graph), "memory"), graph);
}

TEST(GraphJson, RandomGraphsRoundTrip) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Graph graph = RandomGraph(seed);
    const std::string text = SerializeGraph(graph);
    ASSERT_EQ(ParseGraph(text, "memory"), graph) << text;
    ASSERT_EQ(SerializeGraph(ParseGraph(text, "memory")), text);
  }
}

TEST(GraphJson, SharedParamsStayShared) {
  GraphBuilder builder;
  NodeId x = builder.Input(3);
  for (int i = 0; i < 3; ++i) x = builder.Conv(x, "same", 3);
  const Graph graph = builder.Finish({x});
  const Graph read = ParseGraph(SerializeGraph(graph), "memory");
  EXPECT_EQ(read.params().size(), 2u);
  EXPECT_EQ(read, graph);
}

TEST(GraphJson, WritesExactlyThis) {
  GraphBuilder builder;
  const NodeId x = builder.Input(1);
  const Graph graph = builder.Finish({builder.Apply(Clamp{0, 0.1f}, {x}, "limit")});
  EXPECT_EQ(
      SerializeGraph(graph),
      R"({"nodes":[{"channels":1,"functional":false,"inputs":[],"name":"input","op":"input"},)"
      R"({"functional":false,"high":0.1,"inputs":[0],"low":0.0,"name":"limit","op":"clamp"}],)"
      R"("outputs":[1],"params":[]})");
}

TEST(GraphJson, RefusesToWriteWhatJsonCannotHold) {
  const auto refuses = [](const Op& op, const std::string& name, std::string_view fragment) {
    GraphBuilder builder;
    const NodeId x = builder.Input(1);
    const Graph graph = builder.Finish({builder.Apply(op, {x}, name)});
    ExpectError(ErrorKind::kInvalidArgument, {fragment}, [&] { SerializeGraph(graph); });
  };
  const float infinity = std::numeric_limits<float>::infinity();
  refuses(Clamp{0, infinity}, "limit", "node \"limit\": \"high\" is not finite");
  refuses(ScaleShift{{infinity}, {0}}, "affine", "node \"affine\": \"scale\" is not finite");
  refuses(Relu{}, "\xff", "not UTF-8");
}

struct BadEdit {
  std::string name;
  std::string from;
  std::string to;
  std::string fragment;
};

class BadGraph : public testing::TestWithParam<BadEdit> {};

TEST_P(BadGraph, IsRefusedByName) {
  const BadEdit& bad = GetParam();
  const std::string text = Replaced(SerializeGraph(SmallGraph()), bad.from, bad.to);
  ExpectError(ErrorKind::kCorrupt, {"some/file: graph", bad.fragment},
              [&] { ParseGraph(text, "some/file: graph"); });
}

const std::string kHeadNode = "node 1 \"head\"";
const std::string kActNode = "node 2 \"act\"";

INSTANTIATE_TEST_SUITE_P(
    Edits, BadGraph,
    testing::Values(
        BadEdit{"CutText", "\"params\"", "", "not valid JSON"},
        BadEdit{"NoNodes", "\"nodes\"", "\"knots\"", "field \"nodes\" is missing"},
        BadEdit{"NodesNoArray", "\"params\":[", "\"params\":{},\"x\":[",
                "\"params\" must be an array"},
        BadEdit{"UnknownSection", "\"outputs\"", "\"x\":1,\"outputs\"", "unknown field \"x\""},
        BadEdit{"OutputsEmpty", "\"outputs\":[3]", "\"outputs\":[]", "at least one output"},
        BadEdit{"OutputBeyond", "\"outputs\":[3]", "\"outputs\":[4]", "output 4 is not a node"},
        BadEdit{"OutputNegative", "\"outputs\":[3]", "\"outputs\":[-1]", "\"outputs\" must hold"},
        BadEdit{"OutputNoInteger", "\"outputs\":[3]", "\"outputs\":[\"3\"]",
                "\"outputs\" must hold"},
        BadEdit{"NodeNoObject", "{\"channels\":3", "7,{\"channels\":3",
                "node 0: must be an object"},
        BadEdit{"NodeNameless", "\"name\":\"head\"", "\"nome\":\"head\"",
                "node 1: field \"name\" is missing"},
        BadEdit{"NodeNameEmpty", "\"name\":\"act\"", "\"name\":\"\"", "no name"},
        BadEdit{"NodeNameTwice", "\"name\":\"act\"", "\"name\":\"head\"", "'head' exists twice"},
        BadEdit{"NameNoString", "\"name\":\"act\"", "\"name\":5", "\"name\" must be a string"},
        BadEdit{"UnknownOperator", "leaky_relu", "leaky_rely",
                kActNode + ": unknown operator \"leaky_rely\""},
        BadEdit{"OperatorMissing", "\"op\":\"leaky_relu\",", "", kActNode + ": field \"op\""},
        BadEdit{"UnknownField", "\"slope\"", "\"steep\":1,\"slope\"",
                kActNode + ": unknown field \"steep\""},
        BadEdit{"FieldOfAnotherOperator", "\"slope\"", "\"stride\":1,\"slope\"",
                kActNode + ": unknown field \"stride\""},
        BadEdit{"FieldMissing", "\"slope\":0.05", "\"low\":0",
                kActNode + ": field \"slope\" is missing"},
        BadEdit{"SlopeNoNumber", "0.05", "\"0.05\"",
                kActNode + ": field \"slope\" must be a number"},
        BadEdit{"SlopeNull", "0.05", "null", kActNode + ": field \"slope\" must be a number"},
        BadEdit{"StrideNoInteger", "\"stride\":1", "\"stride\":1.5",
                kHeadNode + ": field \"stride\" must be an integer"},
        BadEdit{"StrideZero", "\"stride\":1", "\"stride\":0", "stride 0 is out of range"},
        BadEdit{"StrideNegative", "\"stride\":1", "\"stride\":-1",
                kHeadNode + ": field \"stride\""},
        BadEdit{"StrideHuge", "\"stride\":1", "\"stride\":65537", "stride 65537 is out of range"},
        BadEdit{"StrideBeyondInt", "\"stride\":1", "\"stride\":4294967297",
                kHeadNode + ": field \"stride\""},
        BadEdit{"GroupsZero", "\"groups\":1", "\"groups\":0", "groups 0 is out of range"},
        BadEdit{"GroupsUneven", "\"groups\":1", "\"groups\":3", "groups must divide"},
        BadEdit{"PadsShort", "\"pads\":[1,1,1,1]", "\"pads\":[1,1]",
                kHeadNode + ": field \"pads\" must be [top, left, bottom, right]"},
        BadEdit{"PadsNegative", "\"pads\":[1,1,1,1]", "\"pads\":[1,1,1,-1]",
                kHeadNode + ": field \"pads\""},
        BadEdit{"FunctionalNoBool", "\"functional\":false", "\"functional\":0",
                "\"functional\" must be true or false"},
        BadEdit{"InputLater", "\"inputs\":[1]", "\"inputs\":[2]", "input 2 is not an earlier node"},
        BadEdit{"InputsTwo", "\"inputs\":[1]", "\"inputs\":[1,1]", "takes 1 inputs, not 2"},
        BadEdit{"SecondInput", "\"op\":\"leaky_relu\",\"slope\":0.05",
                "\"op\":\"input\",\"channels\":3", "must be the input"},
        BadEdit{"ChannelsZero", "\"channels\":3", "\"channels\":0", "channels 0 is out of range"},
        BadEdit{"WeightUnknown", "\"weight\":\"head.weight\"", "\"weight\":\"neck.weight\"",
                kHeadNode + ": field \"weight\" names no param: \"neck.weight\""},
        BadEdit{"WeightNull", "\"weight\":\"head.weight\"", "\"weight\":null",
                kHeadNode + ": field \"weight\" must be a string"},
        BadEdit{"WeightRank", "\"weight\":\"head.weight\"", "\"weight\":\"head.bias\"",
                "four dimensions"},
        BadEdit{"BiasShape", "\"bias\":\"head.bias\"", "\"bias\":\"tail.weight\"",
                "bias must be [4]"},
        BadEdit{"BiasMissing", "\"bias\":null,", "", "node 3 \"tail\": field \"bias\" is missing"},
        BadEdit{"ParamTwice", "\"name\":\"head.bias\"", "\"name\":\"head.weight\"",
                "param 1: param 'head.weight' exists twice"},
        BadEdit{"ParamExtentZero", "\"shape\":[4]", "\"shape\":[0]", "param 1: field \"shape\""},
        BadEdit{"ParamExtentHuge", "\"shape\":[4]", "\"shape\":[99999999]", "impossible shape"},
        BadEdit{"ParamUnknownField", "\"shape\":[4]", "\"shape\":[4],\"dtype\":\"F32\"",
                "param 1: unknown field \"dtype\""}),
    [](const auto& test) { return test.param.name; });

TEST(GraphJson, UnknownChoicesAreRefused) {
  const std::string text = SerializeGraph(EveryOperatorModel().graph);
  for (std::string_view choice :
       {"\"dcr\"", "\"bilinear\"", "\"average\"", "\"std\"", "\"reflect\"", "\"height\""}) {
    ExpectError(ErrorKind::kCorrupt, {"does not know \"odd\""},
                [&] { ParseGraph(Replaced(text, choice, "\"odd\""), "memory"); });
  }
  ExpectError(ErrorKind::kCorrupt, {"height or width"}, [&] {
    ParseGraph(Replaced(text, "\"axis\":\"height\",\"count\"", "\"axis\":\"channel\",\"count\""),
               "memory");
  });
}

}  // namespace
}  // namespace winnow
