#include "executors/operators_under_test.h"

#include <functional>

#include "base/random.h"
#include "executors/networks_under_test.h"
#include "graph/builder.h"

namespace winnow {
namespace {

constexpr int kChannels = 6;

// A graph being written, with the operators that GraphBuilder has no shorthand for.
class Sketch {
 public:
  Sketch() : x(b.Input(kChannels)) {}

  NodeId Conv(NodeId from, int out, ConvOptions options = {}) {
    return b.Conv(from, "conv" + std::to_string(count_++), out, options);
  }

  GraphBuilder b;
  NodeId x;

 private:
  int count_ = 0;
};

using Draw = std::function<NodeId(Sketch&)>;

// One convolution whose attributes the builder cannot give: made by the builder, then edited.
template <typename Op, typename Edit>
Graph Edited(Graph graph, Edit edit) {
  Graph result;
  for (const Param& param : graph.params()) result.AddParam(param);
  for (Node node : graph.nodes()) {
    if (auto* op = std::get_if<Op>(&node.op)) edit(*op);
    result.AddNode(node);
  }
  result.SetOutputs(graph.outputs());
  return result;
}

OperatorCase Finish(const std::string& name, Graph graph) {
  OperatorCase c = {name, {}};
  c.model.graph = std::move(graph);
  c.model.weights = RandomWeights(c.model.graph, 77);
  return c;
}

OperatorCase Case(const std::string& name, const Draw& draw) {
  Sketch s;
  const NodeId out = draw(s);
  return Finish(name, s.b.Finish({out}));
}

// One operator without weights.
OperatorCase Single(const std::string& name, Op op) {
  return Case(name, [&](Sketch& s) { return s.b.Apply(op, {s.x}); });
}

OperatorCase EditedConv(const std::string& name, int out, ConvOptions options,
                        std::function<void(Conv2d&)> edit) {
  Sketch s;
  const NodeId conv = s.Conv(s.x, out, options);
  return Finish(name, Edited<Conv2d>(s.b.Finish({conv}), edit));
}

OperatorCase EditedTranspose(const std::string& name, int kernel, int stride, int pad,
                             std::function<void(ConvTranspose2d&)> edit) {
  Sketch s;
  const NodeId conv = s.b.ConvTranspose(s.x, "up", 4, kernel, stride, pad);
  return Finish(name, Edited<ConvTranspose2d>(s.b.Finish({conv}), edit));
}

void AddConvolutions(std::vector<OperatorCase>& cases) {
  const auto plain = [&](const std::string& name, int out, ConvOptions options) {
    cases.push_back(Case(name, [&](Sketch& s) { return s.Conv(s.x, out, options); }));
  };
  plain("conv_3x3", 7, {});
  plain("conv_1x1", 5, {.kernel = 1});
  plain("conv_5x5_no_bias", 4, {.kernel = 5, .bias = false});
  plain("conv_valid", 4, {.pad = 0});
  plain("conv_1x1_padded", 4, {.kernel = 1, .pad = 2});
  plain("conv_stride_2", 8, {.stride = 2});
  plain("conv_4x4_stride_2", 8, {.kernel = 4, .stride = 2, .pad = 1});
  plain("conv_stride_3", 4, {.stride = 3});
  plain("conv_groups", 9, {.groups = 3});
  plain("conv_depthwise", 6, {.groups = 6});
  cases.push_back(EditedConv("conv_dilated", 4, {}, [](Conv2d& op) {
    op.dilation = 3;
    op.pads = UniformPads(3);
  }));
  cases.push_back(EditedConv("conv_lopsided", 4, {}, [](Conv2d& op) { op.pads = {2, 0, 1, 3}; }));
  cases.push_back(EditedConv("conv_lopsided_stride_2", 4, {.stride = 2}, [](Conv2d& op) {
    op.pads = {0, 2, 3, 1};
  }));
  cases.push_back(Case("conv_pyramid", [](Sketch& s) {
    const NodeId half = s.Conv(s.x, 8, {.stride = 2});
    const NodeId quarter = s.Conv(half, 16, {.stride = 2});
    return s.Conv(s.b.Apply(PixelShuffle{2}, {quarter}), 5);
  }));

  cases.push_back(EditedTranspose("transpose_4x4", 4, 2, 1, [](auto&) {}));
  cases.push_back(EditedTranspose("transpose_2x2", 2, 2, 0, [](auto&) {}));
  cases.push_back(EditedTranspose("transpose_stride_1", 3, 1, 1, [](auto&) {}));
  cases.push_back(EditedTranspose("transpose_stride_3", 3, 3, 0, [](auto&) {}));
  cases.push_back(EditedTranspose("transpose_odd", 3, 2, 0, [](auto&) {}));
  cases.push_back(EditedTranspose("transpose_output_padding", 3, 2, 1,
                                  [](auto& op) { op.output_padding = 1; }));
  cases.push_back(EditedTranspose("transpose_dilated", 3, 2, 2, [](auto& op) {
    op.dilation = 2;
    op.output_padding = 1;
  }));
  cases.push_back(EditedTranspose("transpose_groups", 4, 2, 1, [](auto& op) {
    op.groups = 2;
    op.bias = kNoParam;
  }));
}

void AddElementwise(std::vector<OperatorCase>& cases) {
  cases.push_back(Single("relu", Relu{}));
  cases.push_back(Single("leaky_relu", LeakyRelu{0.05f}));
  cases.push_back(Case("prelu", [](Sketch& s) { return s.b.PRelu(s.x, "slope"); }));
  cases.push_back(Single("sigmoid", Sigmoid{}));
  cases.push_back(Single("tanh", Tanh{}));
  cases.push_back(Single("gelu", Gelu{}));
  cases.push_back(Single("gelu_tanh", Gelu{GeluForm::kTanh}));
  cases.push_back(
      Case("channel_scale", [](Sketch& s) { return s.b.ChannelScale(s.Conv(s.x, 5), "factors"); }));
  cases.push_back(Case("layer_norm", [](Sketch& s) {
    return s.Conv(s.b.LayerNorm(s.Conv(s.b.LayerNorm(s.x, "norm1"), 9), "norm2", 0.1f), 4);
  }));
  cases.push_back(Single("clamp", Clamp{0.1f, 0.7f}));
  cases.push_back(
      Single("scale_shift", ScaleShift{{1, 2, 3, -1, 0.5f, 0}, {1, 0, -1, 2, 0.25f, 3}}));
  cases.push_back(Single("stop_gradient", StopGradient{}));
  cases.push_back(Case("add_itself", [](Sketch& s) { return s.b.Add(s.x, s.x); }));
  cases.push_back(Case("multiply", [](Sketch& s) {
    return s.b.Apply(Multiply{}, {s.x, s.b.Apply(Sigmoid{}, {s.x})});
  }));
  cases.push_back(Case("attention", [](Sketch& s) {
    const NodeId mean = s.b.Apply(GlobalPool{GlobalKind::kMean}, {s.x});
    const NodeId deviation = s.b.Apply(GlobalPool{GlobalKind::kStd}, {s.x});
    const NodeId squeezed =
        s.b.Functional(Relu{}, s.Conv(s.b.Add(mean, deviation), 3, {.kernel = 1}));
    const NodeId weights = s.b.Apply(Sigmoid{}, {s.Conv(squeezed, kChannels, {.kernel = 1})});
    const NodeId shifted = s.b.Add(weights, s.b.Apply(Multiply{}, {s.x, weights}));
    return s.Conv(shifted, 4);
  }));
}

void AddSpatial(std::vector<OperatorCase>& cases) {
  cases.push_back(
      Case("shuffle_crd", [](Sketch& s) { return s.b.Apply(PixelShuffle{3}, {s.Conv(s.x, 18)}); }));
  cases.push_back(Case("shuffle_alone", [](Sketch& s) {
    return s.b.Apply(PixelShuffle{2, ShuffleOrder::kDcr}, {s.b.Apply(Tanh{}, {s.Conv(s.x, 8)})});
  }));
  for (ResizeMode mode : {ResizeMode::kNearest, ResizeMode::kBilinear}) {
    const std::string kind = mode == ResizeMode::kNearest ? "nearest" : "bilinear";
    cases.push_back(Single(kind + "_2", Resize{mode, 2, 1}));
    cases.push_back(Single(kind + "_3", Resize{mode, 3, 1}));
    cases.push_back(Single(kind + "_half", Resize{mode, 1, 2}));
    cases.push_back(Single(kind + "_3_2", Resize{mode, 3, 2}));
    cases.push_back(Case(kind + "_like", [&](Sketch& s) {
      const NodeId small = s.b.Apply(Pool{PoolKind::kMax, 3, 2, UniformPads(1)}, {s.x});
      return s.b.Add(s.x, s.b.Apply(Resize{mode}, {small, s.x}));
    }));
  }
  cases.push_back(Single("max_pool", Pool{PoolKind::kMax, 3, 2, UniformPads(1)}));
  cases.push_back(Single("average_pool", Pool{PoolKind::kAverage, 2, 1, {1, 0, 0, 1}}));
  cases.push_back(Case("unshuffle", [](Sketch& s) {
    const NodeId even = s.b.Apply(Resize{ResizeMode::kNearest, 6, 1}, {s.x});
    return s.Conv(s.b.Apply(PixelUnshuffle{3}, {s.b.Apply(PixelUnshuffle{2}, {even})}), 4);
  }));
  cases.push_back(Single("pad_zero", Pad{PadMode::kZero, {1, 2, 3, 0}}));
  cases.push_back(Single("pad_reflect", Pad{PadMode::kReflect, {1, 2, 3, 4}}));
  cases.push_back(Single("pad_replicate", Pad{PadMode::kReplicate, {5, 0, 0, 9}}));
  cases.push_back(Case("pads_between_convs", [](Sketch& s) {
    const NodeId padded = s.b.Apply(Pad{PadMode::kReplicate, UniformPads(1)}, {s.Conv(s.x, 5)});
    return s.Conv(padded, 4, {.pad = 0});
  }));
}

void AddJoins(std::vector<OperatorCase>& cases) {
  cases.push_back(Case("concat_grows", [](Sketch& s) {
    const NodeId a = s.Conv(s.x, 4);
    const NodeId first = s.b.Concat({s.x, a});
    const NodeId second = s.b.Concat({first, s.Conv(first, 3)});
    return s.Conv(second, 5, {.kernel = 5});
  }));
  cases.push_back(Case("concat_flat", [](Sketch& s) {
    const NodeId a = s.Conv(s.x, 4);
    const NodeId b = s.Conv(s.b.Concat({s.x, a}), 3);
    const NodeId c = s.Conv(s.b.Concat({s.x, a, b}), 2);
    return s.b.Add(s.b.Concat({a, c}), s.b.Concat({s.b.Concat({c, c}), c}));
  }));
  cases.push_back(Case("concat_slices", [](Sketch& s) {
    const NodeId y = s.Conv(s.x, 8);
    const NodeId low = s.b.Apply(SliceChannels{0, 3}, {y});
    const NodeId high = s.b.Apply(SliceChannels{3, 8}, {y});
    return s.b.Concat({s.Conv(high, 4), low, s.b.Apply(StopGradient{}, {high})});
  }));
  for (Axis axis : {Axis::kHeight, Axis::kWidth}) {
    const std::string name = axis == Axis::kHeight ? "height" : "width";
    cases.push_back(Case("concat_" + name, [&](Sketch& s) {
      return s.Conv(s.b.Apply(Concat{axis}, {s.x, s.b.Apply(Relu{}, {s.x}), s.x}), 4);
    }));
    cases.push_back(Case("split_" + name, [&](Sketch& s) {
      const NodeId twice = s.b.Apply(Concat{axis}, {s.x, s.b.Apply(Tanh{}, {s.x})});
      const NodeId top = s.Conv(s.b.Apply(SplitSpatial{axis, 2, 0}, {twice}), 4);
      const NodeId bottom = s.Conv(s.b.Apply(SplitSpatial{axis, 2, 1}, {twice}), 4);
      return s.b.Apply(Concat{axis}, {bottom, top});
    }));
  }
}

void AddFusions(std::vector<OperatorCase>& cases) {
  cases.push_back(Case("residual", [](Sketch& s) {
    const NodeId body = s.Conv(s.b.Functional(Relu{}, s.Conv(s.x, 9)), kChannels);
    return s.b.Functional(Relu{}, s.b.Add(s.x, body));
  }));
  cases.push_back(Case("residual_of_two_convs", [](Sketch& s) {
    return s.b.Functional(LeakyRelu{0.2f},
                          s.b.Add(s.Conv(s.x, 5), s.b.PRelu(s.Conv(s.x, 5), "slope")));
  }));
  cases.push_back(Case("broadcast_is_no_residual", [](Sketch& s) {
    const NodeId mean = s.b.Apply(GlobalPool{}, {s.x});
    return s.b.Add(s.Conv(s.x, 5), s.Conv(mean, 5, {.kernel = 1}));
  }));
  cases.push_back(Case("shuffled_residual", [](Sketch& s) {
    const NodeId skip =
        s.b.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {s.b.Apply(SliceChannels{0, 3}, {s.x})});
    const NodeId up = s.b.Apply(PixelShuffle{2}, {s.b.PRelu(s.Conv(s.x, 12), "before")});
    return s.b.PRelu(s.b.Add(up, skip), "after");
  }));
  cases.push_back(Case("prelu_behind_shuffle", [](Sketch& s) {
    return s.b.PRelu(s.b.Apply(PixelShuffle{2, ShuffleOrder::kDcr}, {s.Conv(s.x, 20)}), "slope");
  }));
  cases.push_back(Case("transpose_activated", [](Sketch& s) {
    const NodeId up = s.b.PRelu(s.b.ConvTranspose(s.x, "up", 5), "slope");
    return s.b.Functional(Relu{}, s.b.Add(up, s.b.ConvTranspose(s.x, "other", 5)));
  }));
  // At one pixel a stride of 2 changes nothing but the span, so the two sides of the sum disagree
  // about it.
  cases.push_back(Case("contradicting_spans", [](Sketch& s) {
    return s.Conv(s.b.Add(s.x, s.Conv(s.x, kChannels, {.stride = 2})), 4);
  }));
}

}  // namespace

std::vector<OperatorCase> OperatorCases() {
  std::vector<OperatorCase> cases;
  AddConvolutions(cases);
  AddElementwise(cases);
  AddSpatial(cases);
  AddJoins(cases);
  AddFusions(cases);
  return cases;
}

}  // namespace winnow
