#include "formats/onnx/graph_writer.h"

#include <set>

#include "formats/onnx/onnx_writer.h"
#include "formats/onnx/proto.h"
#include "graph/shapes.h"

namespace winnow::onnx {
namespace {

using onnx_pb::NodeProto;

std::vector<std::int64_t> Both(int value) { return {value, value}; }
std::vector<std::int64_t> PadsOf(const Pads& pads) {
  return {pads.top, pads.left, pads.bottom, pads.right};
}
std::int64_t AxisOf(Axis axis) { return std::int64_t{1} + static_cast<int>(axis); }

// Which nodes an output depends on.
std::vector<bool> Needed(const Graph& graph) {
  std::vector<bool> needed(graph.nodes().size(), false);
  for (NodeId output : graph.outputs()) needed[output] = true;
  for (std::size_t id = needed.size(); id-- > 0;) {
    if (!needed[id]) continue;
    for (NodeId input : graph.nodes()[id].inputs) needed[input] = true;
  }
  return needed;
}

// Writes the nodes of a graph, one call each. Names of results are those of nodes, but for the
// input, the last output, and names that a param has too.
class GraphWriter {
 public:
  GraphWriter(const Model& model, onnx_pb::GraphProto& proto)
      : model_(model), proto_(proto), written_(model.weights.size(), false) {
    names_ = {kOnnxInput, kOnnxOutput};
    for (const Param& param : model.graph.params()) names_.insert(param.name);
  }

  // Returns the names of the nodes' results.
  std::vector<std::string> Write() {
    const Graph& graph = model_.graph;
    const std::vector<bool> needed = Needed(graph);
    results_ = {kOnnxInput};
    channels_ = {graph.input_channels()};
    for (NodeId id = 1; id < static_cast<NodeId>(needed.size()); ++id) {
      const Node& node = graph.node(id);
      std::vector<std::int64_t> inputs;
      for (NodeId input : node.inputs) inputs.push_back(channels_[input]);
      channels_.push_back(OutputChannels(graph, node, inputs));
      results_.push_back(id == graph.output() ? kOnnxOutput : Unique(node.name));
      if (!needed[id]) continue;
      node_ = &node;
      name_ = node.name;
      inputs_.clear();
      for (NodeId input : node.inputs) inputs_.push_back(results_[input]);
      std::visit(*this, node.op);
    }
    return std::move(results_);
  }

  void operator()(const Input&) {}
  void operator()(const Conv2d& op) { Windowed("Conv", op); }
  void operator()(const ConvTranspose2d& op) {
    Set(Windowed("ConvTranspose", op), "output_padding", Both(op.output_padding));
  }
  void operator()(const Add&) { Emit("Add"); }
  void operator()(const Multiply&) { Emit("Mul"); }
  void operator()(const Concat& op) { Set(Emit("Concat"), "axis", AxisOf(op.axis)); }
  void operator()(const SliceChannels& op) {
    inputs_.insert(inputs_.end(), {Integers("begin", {op.begin}), Integers("end", {op.end}),
                                   Integers("axis", {AxisOf(Axis::kChannel)})});
    Emit("Slice");
  }
  void operator()(const SplitSpatial& op) {
    Names parts;
    for (int i = 0; i < op.count; ++i) {
      parts.push_back(i == op.index ? results_.back() : Unique(name_ + "/" + std::to_string(i)));
    }
    Set(AddNode(proto_, name_, "Split", inputs_, parts), "axis", AxisOf(op.axis));
  }
  void operator()(const Relu&) { Emit("Relu"); }
  void operator()(const LeakyRelu& op) { Set(Emit("LeakyRelu"), "alpha", op.slope); }
  void operator()(const PRelu& op) {
    // Slopes are broadcast from behind.
    inputs_.push_back(Weight(op.weight, {model_.weights[op.weight].size(), 1, 1}));
    Emit("PRelu");
  }
  void operator()(const Sigmoid&) { Emit("Sigmoid"); }
  void operator()(const Tanh&) { Emit("Tanh"); }
  void operator()(const Gelu& op) {
    op.form == GeluForm::kErf ? GeluByErf(inputs_[0]) : GeluByTanh(inputs_[0]);
  }
  void operator()(const ChannelScale& op) {
    inputs_.push_back(Weight(op.weight));
    Emit("Mul");
  }
  // The node that divides has the name: importers make that the operator.
  void operator()(const LayerNorm& op) {
    const std::string x = inputs_[0];
    const auto mean = [&](const std::string& suffix, const std::string& of) {
      return Part(suffix, "ReduceMean", {of}, "axes", std::vector<std::int64_t>{1});
    };
    const std::string centred = Part("centred", "Sub", {x, mean("mean", x)});
    const std::string variance = mean("variance", Part("square", "Mul", {centred, centred}));
    const std::string sum = Part("sum", "Add", {variance, Floats("epsilon", {}, {op.epsilon})});
    const std::string normal = Unique(name_ + "/normal");
    AddNode(proto_, name_, "Div", {centred, Part("root", "Sqrt", {sum})}, {normal});
    const Shape per_channel = {model_.weights[op.weight].size(), 1, 1};
    const std::string scaled = Part("scaled", "Mul", {normal, Weight(op.weight, per_channel)});
    AddNode(proto_, name_ + "/shifted", "Add", {scaled, Weight(op.bias, per_channel)},
            {results_.back()});
  }
  // A strided convolution of ones: ONNX's SpaceToDepth has another order of channels.
  void operator()(const PixelUnshuffle& op) {
    const std::int64_t channels = channels_[node_->inputs[0]];
    const std::int64_t r = op.factor;
    std::vector<float> ones(channels * r * r * channels * r * r, 0.0f);
    for (std::int64_t k = 0; k < channels * r * r; ++k) {
      ones[(k * channels + k / (r * r)) * r * r + k % (r * r)] = 1;
    }
    inputs_.push_back(Floats("pixels", {channels * r * r, channels, r, r}, ones));
    Set(Emit("Conv"), "strides", Both(op.factor));
  }
  void operator()(const PixelShuffle& op) {
    NodeProto& node = Emit("DepthToSpace");
    Set(node, "blocksize", op.factor);
    Set(node, "mode", op.order == ShuffleOrder::kCrd ? "CRD" : "DCR");
  }
  void operator()(const Resize& op) {
    const bool nearest = op.mode == ResizeMode::kNearest;
    if (inputs_.size() == 1 && op.denominator == 1) {
      const auto factor = static_cast<float>(op.numerator);
      inputs_ = {inputs_[0], "", Floats("factors", {4}, {1, 1, factor, factor})};
    } else {
      // A factor would be rounded, and says nothing of where pixels lie when the extent is.
      inputs_ = {inputs_[0], "", "", ResizedExtents(op)};
    }
    NodeProto& node = Emit("Resize");
    Set(node, "mode", nearest ? "nearest" : "linear");
    Set(node, "coordinate_transformation_mode", nearest ? "asymmetric" : "half_pixel");
    if (nearest) Set(node, "nearest_mode", "floor");
  }
  void operator()(const Pool& op) {
    const bool average = op.kind == PoolKind::kAverage;
    NodeProto& node = Emit(average ? "AveragePool" : "MaxPool");
    Set(node, "kernel_shape", Both(op.kernel));
    Set(node, "strides", Both(op.stride));
    Set(node, "pads", PadsOf(op.pads));
    if (average) Set(node, "count_include_pad", 1);
  }
  void operator()(const GlobalPool& op) {
    if (op.kind == GlobalKind::kMean) {
      Emit("GlobalAveragePool");
      return;
    }
    const std::string mean = Means("mean", inputs_[0]);
    const std::string centred = Part("centred", "Sub", {inputs_[0], mean});
    inputs_ = {Means("variance", Part("square", "Mul", {centred, centred}))};
    Emit("Sqrt");
  }
  void operator()(const Pad& op) {
    inputs_.push_back(
        Integers("pads", {0, 0, op.pads.top, op.pads.left, 0, 0, op.pads.bottom, op.pads.right}));
    static const std::string kModes[] = {"constant", "reflect", "edge"};
    Set(Emit("Pad"), "mode", kModes[static_cast<int>(op.mode)]);
  }
  void operator()(const Clamp& op) {
    inputs_.push_back(Floats("low", {}, {op.low}));
    inputs_.push_back(Floats("high", {}, {op.high}));
    Emit("Clip");
  }
  void operator()(const ScaleShift& op) {
    const auto channels = static_cast<std::int64_t>(op.scale.size());
    const std::string scaled = Unique(name_ + "/scaled");
    // The first node has the name: importers merge the second into it.
    AddNode(proto_, name_, "Mul", {inputs_[0], Floats("scale", {channels, 1, 1}, op.scale)},
            {scaled});
    AddNode(proto_, name_ + "/shifted", "Add",
            {scaled, Floats("shift", {channels, 1, 1}, op.shift)}, {results_.back()});
  }
  void operator()(const StopGradient&) { Emit("Identity"); }

 private:
  // (x / 2) * (1 + erf(x / sqrt 2)).
  void GeluByErf(const std::string& x) {
    const std::string inner = Part("inner", "Div", {x, Floats("root", {}, {1.41421356f})});
    const std::string erf = Part("erf", "Erf", {inner});
    inputs_ = {Part("half", "Mul", {x, Floats("factor", {}, {0.5f})}),
               Part("sum", "Add", {erf, Floats("one", {}, {1})})};
    Emit("Mul");
  }
  // x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 x^3)), which is the same as by tanh.
  void GeluByTanh(const std::string& x) {
    const std::string square = Part("square", "Mul", {x, x});
    const std::string scaled =
        Part("scaled", "Mul", {square, Floats("cubic", {}, {0.0713548163f})});
    const std::string sum = Part("sum", "Add", {scaled, Floats("linear", {}, {1.59576912f})});
    inputs_ = {x, Part("share", "Sigmoid", {Part("inner", "Mul", {x, sum})})};
    Emit("Mul");
  }

  std::string Unique(const std::string& wanted) {
    std::string name = wanted;
    for (int use = 2; !names_.insert(name).second; ++use) {
      name = wanted + "#" + std::to_string(use);
    }
    return name;
  }

  static void Set(NodeProto& node, const std::string& name, const AttributeValue& value) {
    SetAttribute(node, name, value);
  }

  // The operator that makes the node's result.
  NodeProto& Emit(const std::string& type) {
    return AddNode(proto_, name_, type, inputs_, {results_.back()});
  }
  // One that makes something on the way there; returns the name of that.
  std::string Part(const std::string& suffix, const std::string& type, const Names& inputs,
                   const std::string& attribute = "", const AttributeValue& value = {}) {
    const std::string result = Unique(name_ + "/" + suffix);
    NodeProto& node = AddNode(proto_, result, type, inputs, {result});
    if (!attribute.empty()) Set(node, attribute, value);
    return result;
  }
  std::string Means(const std::string& suffix, const std::string& of) {
    return Part(suffix, "ReduceMean", {of}, "axes", std::vector<std::int64_t>{2, 3});
  }

  // Initializers of the node's own.
  std::string Integers(const std::string& suffix, const std::vector<std::int64_t>& values) {
    const std::string name = Unique(name_ + "/" + suffix);
    AddIntegers(proto_, name, values);
    return name;
  }
  std::string Floats(const std::string& suffix, const Shape& shape,
                     const std::vector<float>& values) {
    const std::string name = Unique(name_ + "/" + suffix);
    AddFloats(proto_, name, shape, values.data());
    return name;
  }

  // One initializer a param, however many nodes use it.
  std::string Weight(ParamId id, const Shape& shape) {
    const std::string& name = model_.graph.param(id).name;
    if (!written_[id]) AddFloats(proto_, name, shape, model_.weights[id].data.data());
    written_[id] = true;
    return name;
  }
  std::string Weight(ParamId id) { return Weight(id, model_.graph.param(id).shape); }

  template <typename Conv>
  NodeProto& Windowed(const std::string& type, const Conv& op) {
    const Shape& shape = model_.graph.param(op.weight).shape;
    inputs_.push_back(Weight(op.weight));
    if (op.bias != kNoParam) inputs_.push_back(Weight(op.bias));
    NodeProto& node = Emit(type);
    Set(node, "kernel_shape", std::vector<std::int64_t>{shape[2], shape[3]});
    Set(node, "strides", Both(op.stride));
    Set(node, "pads", PadsOf(op.pads));
    Set(node, "dilations", Both(op.dilation));
    Set(node, "group", op.groups);
    return node;
  }

  // Entries [begin, end) of the extents of a result.
  std::string ExtentsOf(const std::string& suffix, const std::string& of, std::int64_t begin,
                        std::int64_t end) {
    const std::string all = Part(suffix + "/all", "Shape", {of});
    return Part(suffix, "Slice",
                {all, Integers(suffix + "/begin", {begin}), Integers(suffix + "/end", {end})});
  }
  // [batch, channels, height, width] of what the node makes.
  std::string ResizedExtents(const Resize& op) {
    const std::string front = ExtentsOf("front", inputs_[0], 0, 2);
    std::string back = ExtentsOf("back", inputs_.back(), 2, 4);
    if (inputs_.size() == 1) {
      const std::string times = Part("times", "Mul", {back, Integers("up", {op.numerator})});
      back = Part("over", "Div", {times, Integers("down", {op.denominator})});
    }
    return Part("extents", "Concat", {front, back}, "axis", 0);
  }

  const Model& model_;
  onnx_pb::GraphProto& proto_;
  std::set<std::string> names_;         // that are taken
  std::vector<std::string> results_;    // by NodeId; the last is that of the node being written
  std::vector<std::int64_t> channels_;  // of the nodes' results
  std::vector<bool> written_;           // params
  const Node* node_ = nullptr;          // being written
  std::string name_;                    // of the node being written
  Names inputs_;
};

}  // namespace

std::vector<std::string> WriteGraph(const Model& model, onnx_pb::GraphProto& proto) {
  return GraphWriter(model, proto).Write();
}

}  // namespace winnow::onnx
