#include <sstream>
#include <string>

#include "graph/graph.h"

namespace winnow {
namespace {

std::string_view Name(Axis axis) {
  switch (axis) {
    case Axis::kChannel:
      return "channel";
    case Axis::kHeight:
      return "height";
    case Axis::kWidth:
      return "width";
  }
  return "";
}

std::string_view Name(PadMode mode) {
  switch (mode) {
    case PadMode::kZero:
      return "zero";
    case PadMode::kReflect:
      return "reflect";
    case PadMode::kReplicate:
      return "replicate";
  }
  return "";
}

std::ostream& operator<<(std::ostream& out, const Pads& pads) {
  return out << pads.top << ',' << pads.left << ',' << pads.bottom << ',' << pads.right;
}

std::ostream& operator<<(std::ostream& out, const std::vector<float>& values) {
  out << '[';
  for (std::size_t i = 0; i < values.size(); ++i) out << (i == 0 ? "" : ", ") << values[i];
  return out << ']';
}

// Writes " key=value" for every attribute.
struct AttributeWriter {
  std::ostream& out;

  void operator()(const Input& op) const { out << " channels=" << op.channels; }
  void operator()(const Conv2d& op) const {
    out << " stride=" << op.stride << " pads=" << op.pads << " dilation=" << op.dilation
        << " groups=" << op.groups;
  }
  void operator()(const ConvTranspose2d& op) const {
    out << " stride=" << op.stride << " pads=" << op.pads << " output_padding=" << op.output_padding
        << " dilation=" << op.dilation << " groups=" << op.groups;
  }
  void operator()(const Concat& op) const { out << " axis=" << Name(op.axis); }
  void operator()(const SliceChannels& op) const {
    out << " begin=" << op.begin << " end=" << op.end;
  }
  void operator()(const SplitSpatial& op) const {
    out << " axis=" << Name(op.axis) << " count=" << op.count << " index=" << op.index;
  }
  void operator()(const LeakyRelu& op) const { out << " slope=" << op.slope; }
  void operator()(const PixelShuffle& op) const {
    out << " factor=" << op.factor << " order=" << (op.order == ShuffleOrder::kCrd ? "crd" : "dcr");
  }
  void operator()(const PixelUnshuffle& op) const { out << " factor=" << op.factor; }
  void operator()(const Gelu& op) const {
    out << " form=" << (op.form == GeluForm::kErf ? "erf" : "tanh");
  }
  void operator()(const LayerNorm& op) const { out << " epsilon=" << op.epsilon; }
  void operator()(const Resize& op) const {
    out << " mode=" << (op.mode == ResizeMode::kNearest ? "nearest" : "bilinear")
        << " ratio=" << op.numerator << '/' << op.denominator;
  }
  void operator()(const Pool& op) const {
    out << " kind=" << (op.kind == PoolKind::kMax ? "max" : "average") << " kernel=" << op.kernel
        << " stride=" << op.stride << " pads=" << op.pads;
  }
  void operator()(const GlobalPool& op) const {
    out << " kind=" << (op.kind == GlobalKind::kMean ? "mean" : "std");
  }
  void operator()(const Pad& op) const { out << " mode=" << Name(op.mode) << " pads=" << op.pads; }
  void operator()(const Clamp& op) const { out << " low=" << op.low << " high=" << op.high; }
  void operator()(const ScaleShift& op) const {
    out << " scale=" << op.scale << " shift=" << op.shift;
  }
  template <typename Plain>
  void operator()(const Plain&) const {}
};

void WriteIds(std::ostream& out, const std::vector<NodeId>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) out << (i == 0 ? "" : ", ") << ids[i];
}

}  // namespace

std::string Dump(const Graph& graph) {
  std::ostringstream out;
  for (std::size_t id = 0; id < graph.nodes().size(); ++id) {
    const Node& node = graph.nodes()[id];
    out << id << ' ' << node.name << ": " << OpName(node.op) << '(';
    WriteIds(out, node.inputs);
    out << ')';
    std::visit(AttributeWriter{out}, node.op);
    for (ParamId param : ParamsOf(node.op)) out << ' ' << graph.param(param).name;
    out << (node.functional ? " functional\n" : "\n");
  }
  for (const Param& param : graph.params()) {
    out << "param " << param.name << ' ' << ToString(param.shape) << '\n';
  }
  out << "outputs ";
  WriteIds(out, graph.outputs());
  out << '\n';
  return out.str();
}

}  // namespace winnow
