#include "onnx.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "graph/shapes.h"
#include "onnx_proto.h"

namespace winnow::peers {
namespace {

// Writes the nodes of one graph, one call each.
class GraphWriter {
 public:
  GraphWriter(const Model& model, int height, int width)
      : model_(model), dims_(InferDims(model.graph, height, width)) {}

  Message Write() {
    proto_.Text(graph_proto::kName, "network");
    for (id_ = 0; id_ < static_cast<NodeId>(dims_.size()); ++id_) std::visit(*this, node().op);
    proto_.Nested(graph_proto::kInput, TensorValue(ValueName(0), dims_[0]));
    const NodeId output = model_.graph.output();
    proto_.Nested(graph_proto::kOutput, TensorValue(ValueName(output), dims_[output]));
    return std::move(proto_);
  }

  void operator()(const Input&) {}
  void operator()(const Conv2d& op) {
    std::vector<std::string> inputs = {In(), Weight(op.weight)};
    if (op.bias != kNoParam) inputs.push_back(Weight(op.bias));
    Add("Conv", inputs,
        {Attribute("strides", std::vector<std::int64_t>{op.stride, op.stride}),
         Attribute("dilations", std::vector<std::int64_t>{op.dilation, op.dilation}),
         Attribute("pads", op.pads), Attribute("group", op.groups)});
  }
  void operator()(const winnow::Add&) { Add("Add", {In(0), In(1)}); }
  void operator()(const Multiply&) { Add("Mul", {In(0), In(1)}); }
  void operator()(const Concat& op) {
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < node().inputs.size(); ++i) inputs.push_back(In(i));
    Add("Concat", inputs, {Attribute("axis", 1 + static_cast<int>(op.axis))});
  }
  void operator()(const Relu&) { Add("Relu", {In()}); }
  void operator()(const LeakyRelu& op) { Add("LeakyRelu", {In()}, {Attribute("alpha", op.slope)}); }
  void operator()(const PRelu& op) { Add("PRelu", {In(), Slopes(op.weight)}); }
  void operator()(const Sigmoid&) { Add("Sigmoid", {In()}); }
  void operator()(const Tanh&) { Add("Tanh", {In()}); }
  void operator()(const PixelShuffle& op) {
    Add("DepthToSpace", {In()},
        {Attribute("blocksize", op.factor),
         Attribute("mode", op.order == ShuffleOrder::kCrd ? "CRD" : "DCR")});
  }
  void operator()(const Resize& op) {
    const bool nearest = op.mode == ResizeMode::kNearest;
    std::vector<Message> attributes = {
        Attribute("mode", nearest ? "nearest" : "linear"),
        Attribute("coordinate_transformation_mode", nearest ? "asymmetric" : "half_pixel")};
    if (nearest) attributes.push_back(Attribute("nearest_mode", "floor"));
    Add("Resize", {In(), "", "", Extents()}, attributes);  // no region, no scales
  }
  void operator()(const Pool& op) {
    if (op.kind != PoolKind::kMax) return Refuse();
    Add("MaxPool", {In()},
        {Attribute("kernel_shape", std::vector<std::int64_t>{op.kernel, op.kernel}),
         Attribute("strides", std::vector<std::int64_t>{op.stride, op.stride}),
         Attribute("pads", op.pads)});
  }
  template <typename Op>
  void operator()(const Op&) {
    Refuse();
  }

 private:
  const Node& node() const { return model_.graph.node(id_); }
  void Refuse() const {
    throw Error(ErrorKind::kUnsupported, "node '" + node().name + "': no ONNX for operator '" +
                                             std::string(OpName(node().op)) + "'");
  }

  std::string ValueName(NodeId id) const {
    if (id == 0) return kOnnxInput;
    return id == model_.graph.output() ? kOnnxOutput : "value:" + model_.graph.node(id).name;
  }
  std::string In(std::size_t i = 0) const { return ValueName(node().inputs[i]); }

  void Add(const std::string& type, const std::vector<std::string>& inputs,
           const std::vector<Message>& attributes = {}) {
    Message proto;
    for (const std::string& input : inputs) proto.Text(node_proto::kInput, input);
    proto.Text(node_proto::kOutput, ValueName(id_));
    proto.Text(node_proto::kName, node().name);
    proto.Text(node_proto::kOpType, type);
    for (const Message& attribute : attributes) proto.Nested(node_proto::kAttribute, attribute);
    proto_.Nested(graph_proto::kNode, proto);
  }

  // Each adds an initializer named after the node, so that shared weights are written once a user.
  std::string Weight(ParamId id) { return WeightAs(id, model_.weights[id].shape); }
  std::string Slopes(ParamId id) { return WeightAs(id, {model_.weights[id].size(), 1, 1}); }
  std::string WeightAs(ParamId id, const Shape& shape) {
    const std::string name = node().name + ":" + model_.graph.param(id).name;
    proto_.Nested(graph_proto::kInitializer,
                  Initializer(name, shape, model_.weights[id].data.data()));
    return name;
  }
  std::string Extents() {
    const std::string name = node().name + ":extents";
    const Dims& dims = dims_[id_];
    proto_.Nested(graph_proto::kInitializer,
                  Initializer(name, {1, dims.channels, dims.height, dims.width}));
    return name;
  }

  const Model& model_;
  std::vector<Dims> dims_;
  NodeId id_ = 0;  // the node being written
  Message proto_;
};

}  // namespace

std::string ToOnnx(const Model& model, int height, int width) {
  constexpr int kIrVersion = 8, kOpset = 17;
  Message opset;
  opset.Int(opset_proto::kVersion, kOpset);
  Message proto;
  proto.Int(model_proto::kIrVersion, kIrVersion);
  proto.Nested(model_proto::kGraph, GraphWriter(model, height, width).Write());
  proto.Nested(model_proto::kOpsetImport, opset);
  return proto.bytes();
}

}  // namespace winnow::peers
