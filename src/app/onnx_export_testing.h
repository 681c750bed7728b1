// A graph written as ONNX, the way exporters write it, to be imported again by tests.
#pragma once

#include <string>
#include <vector>

#include "formats/onnx/onnx_testing.h"
#include "graph/model.h"

namespace winnow {

class TestExporter {
 public:
  explicit TestExporter(const Model& model)
      : model_(model), b_(model.graph.input_channels()), names_{"x"} {
    for (std::size_t i = 0; i < model.weights.size(); ++i) {
      const Tensor& weight = model.weights[i];
      b_.Floats(model.graph.param(static_cast<ParamId>(i)).name, weight.shape,
                {weight.data.begin(), weight.data.end()});
    }
    for (std::size_t id = 1; id < model.graph.nodes().size(); ++id) {
      const Node& node = model.graph.nodes()[id];
      name_ = static_cast<NodeId>(id) == model.graph.output() ? "y" : node.name;
      inputs_.clear();
      for (NodeId input : node.inputs) inputs_.push_back(names_[input]);
      std::visit(*this, node.op);
      names_.push_back(name_);
    }
  }

  std::string Bytes() const { return b_.Bytes(); }

  void operator()(const Input&) {}
  void operator()(const Conv2d& op) {
    auto& node = Windowed("Conv", op);
    b_.SetInts(node, "dilations", {op.dilation, op.dilation});
  }
  void operator()(const ConvTranspose2d& op) {
    auto& node = Windowed("ConvTranspose", op);
    b_.SetInts(node, "output_padding", {op.output_padding, op.output_padding});
  }
  void operator()(const Add&) { Emit("Add"); }
  void operator()(const Multiply&) { Emit("Mul"); }
  void operator()(const Concat& op) {
    b_.Set(Emit("Concat"), "axis", std::int64_t{1} + static_cast<int>(op.axis));
  }
  void operator()(const SliceChannels& op) {
    inputs_.insert(inputs_.end(),
                   {Ints("begin", {op.begin}), Ints("end", {op.end}), Ints("axis", {1})});
    Emit("Slice");
  }
  void operator()(const SplitSpatial& op) {
    OnnxBuilder::Names parts;
    for (int i = 0; i < op.count; ++i) {
      parts.push_back(i == op.index ? name_ : name_ + "/" + std::to_string(i));
    }
    auto& node = b_.Node("Split", inputs_, parts);
    b_.Set(node, "axis", std::int64_t{1} + static_cast<int>(op.axis));
  }
  void operator()(const Relu&) { Emit("Relu"); }
  void operator()(const LeakyRelu& op) { b_.Set(Emit("LeakyRelu"), "alpha", op.slope); }
  void operator()(const PRelu& op) {
    const Tensor& slopes = model_.weights[op.weight];
    inputs_.push_back(b_.Floats(name_ + "/slopes", {slopes.size(), 1, 1},
                                {slopes.data.begin(), slopes.data.end()}));
    Emit("PRelu");
  }
  void operator()(const Sigmoid&) { Emit("Sigmoid"); }
  void operator()(const Tanh&) { Emit("Tanh"); }
  void operator()(const PixelShuffle& op) {
    auto& node = Emit("DepthToSpace");
    b_.Set(node, "blocksize", std::int64_t{op.factor});
    b_.Set(node, "mode", std::string(op.order == ShuffleOrder::kCrd ? "CRD" : "DCR"));
  }
  void operator()(const Resize& op) {
    const bool nearest = op.mode == ResizeMode::kNearest;
    if (inputs_.size() == 2) {
      inputs_ = {inputs_[0], "", "", SizeLike(inputs_[0], inputs_[1])};
    } else {
      const float factor = static_cast<float>(op.numerator) / static_cast<float>(op.denominator);
      inputs_ = {inputs_[0], "", b_.Floats(name_ + "/factors", {4}, {1, 1, factor, factor})};
    }
    auto& node = Emit("Resize");
    b_.Set(node, "mode", std::string(nearest ? "nearest" : "linear"));
    b_.Set(node, "coordinate_transformation_mode",
           std::string(nearest ? "asymmetric" : "half_pixel"));
    if (nearest) b_.Set(node, "nearest_mode", std::string("floor"));
  }
  void operator()(const Pool& op) {
    auto& node = Emit(op.kind == PoolKind::kMax ? "MaxPool" : "AveragePool");
    b_.SetInts(node, "kernel_shape", {op.kernel, op.kernel});
    b_.SetInts(node, "strides", {op.stride, op.stride});
    b_.SetInts(node, "pads", PadsOf(op.pads));
    b_.Set(node, "count_include_pad", std::int64_t{1});
  }
  void operator()(const GlobalPool& op) {
    if (op.kind == GlobalKind::kMean) {
      Emit("GlobalAveragePool");
      return;
    }
    Means(inputs_[0], name_ + "/mean");
    b_.Node("Sub", {inputs_[0], name_ + "/mean"}, {name_ + "/centred"});
    b_.Node("Mul", {name_ + "/centred", name_ + "/centred"}, {name_ + "/square"});
    Means(name_ + "/square", name_ + "/variance");
    inputs_ = {name_ + "/variance"};
    Emit("Sqrt");
  }
  void operator()(const Pad& op) {
    inputs_.push_back(
        Ints("pads", {0, 0, op.pads.top, op.pads.left, 0, 0, op.pads.bottom, op.pads.right}));
    static const std::string kModes[] = {"constant", "reflect", "edge"};
    b_.Set(Emit("Pad"), "mode", kModes[static_cast<int>(op.mode)]);
  }
  void operator()(const Clamp& op) {
    inputs_.push_back(b_.Floats(name_ + "/low", {}, {op.low}));
    inputs_.push_back(b_.Floats(name_ + "/high", {}, {op.high}));
    Emit("Clip");
  }
  void operator()(const ScaleShift& op) {
    const auto count = static_cast<std::int64_t>(op.scale.size());
    b_.Node("Mul", {inputs_[0], b_.Floats(name_ + "/scale", {count, 1, 1}, op.scale)},
            {name_ + "/scaled"});
    inputs_ = {name_ + "/scaled", b_.Floats(name_ + "/shift", {count, 1, 1}, op.shift)};
    Emit("Add");
  }
  void operator()(const StopGradient&) { Emit("Identity"); }

 private:
  static std::vector<std::int64_t> PadsOf(const Pads& pads) {
    return {pads.top, pads.left, pads.bottom, pads.right};
  }

  onnx_pb::NodeProto& Emit(const std::string& type) { return b_.Node(type, inputs_, {name_}); }

  std::string Ints(const std::string& suffix, const std::vector<std::int64_t>& values) {
    return b_.Integers(name_ + "/" + suffix, values);
  }

  template <typename Conv>
  onnx_pb::NodeProto& Windowed(const std::string& type, const Conv& op) {
    inputs_.push_back(model_.graph.param(op.weight).name);
    if (op.bias != kNoParam) inputs_.push_back(model_.graph.param(op.bias).name);
    auto& node = Emit(type);
    b_.SetInts(node, "pads", PadsOf(op.pads));
    b_.SetInts(node, "strides", {op.stride, op.stride});
    b_.Set(node, "group", std::int64_t{op.groups});
    return node;
  }

  void Means(const std::string& from, const std::string& to) {
    b_.SetInts(b_.Node("ReduceMean", {from}, {to}), "axes", {2, 3});
  }

  // [batch and channels of `x`, height and width of `like`].
  std::string SizeLike(const std::string& x, const std::string& like) {
    const auto part = [&](const std::string& of, const std::string& as, std::int64_t begin,
                          std::int64_t end) {
      b_.Node("Shape", {of}, {name_ + as + "/shape"});
      b_.Node("Slice",
              {name_ + as + "/shape", Ints(as + "/begin", {begin}), Ints(as + "/end", {end})},
              {name_ + as});
      return name_ + as;
    };
    const OnnxBuilder::Names parts = {part(x, "/front", 0, 2), part(like, "/back", 2, 4)};
    b_.Set(b_.Node("Concat", parts, {name_ + "/sizes"}), "axis", std::int64_t{0});
    return name_ + "/sizes";
  }

  const Model& model_;
  OnnxBuilder b_;
  std::vector<std::string> names_;  // of the nodes' results
  std::string name_;
  OnnxBuilder::Names inputs_;
};

}  // namespace winnow
