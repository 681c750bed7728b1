#include "formats/onnx/trace.h"

#include <set>

#include "base/error.h"
#include "formats/onnx/fold.h"
#include "formats/onnx/ops.h"
#include "formats/onnx/picture.h"
#include "formats/onnx/statistics.h"
#include "formats/strict_json.h"
#include "onnx/onnx.pb.h"

namespace winnow::onnx {
namespace {

using onnx_pb::GraphProto;
using onnx_pb::NodeProto;

// The name a person would know the node by.
std::string NameOf(const NodeProto& node) {
  if (!node.name().empty()) return node.name();
  if (node.output_size() > 0 && !node.output(0).empty()) return node.output(0);
  return node.op_type();
}

class Tracer {
 public:
  Tracer(const GraphProto& proto, const Initializers& initializers, std::int64_t opset,
         const std::string& file, const Dims& input)
      : proto_(proto), opset_(opset), file_(file), emit_(file, input) {
    for (const auto& [name, constant] : initializers) values_[name] = constant;
  }

  Traced Run(const std::string& input_name, const TrialInput& input) {
    Activation picture = emit_.Whole(0);
    if (input.channels_last) picture.view = Transposed(picture.view, {0, 2, 3, 1});
    values_[input_name] = picture;
    for (const NodeProto& node : proto_.node()) Follow(node);
    const NodeId output = Output();
    Traced traced;
    traced.output = emit_.dims(output);
    traced.graph = std::move(emit_.graph());
    traced.graph.SetOutputs({output});
    traced.weights = std::move(emit_.weights());
    return traced;
  }

 private:
  std::string Where(const NodeProto& node) const {
    return file_ + ": node " + Quoted(NameOf(node)) + " (" + node.op_type() + ", opset " +
           std::to_string(opset_) + ")";
  }

  OpCall CallOf(const NodeProto& node) {
    std::vector<const Value*> inputs;
    std::vector<std::string> names;
    for (const std::string& name : node.input()) {
      names.push_back(name);
      if (name.empty()) {
        inputs.push_back(nullptr);
        continue;
      }
      const auto found = values_.find(name);
      if (found == values_.end()) {
        throw Error(ErrorKind::kCorrupt,
                    Where(node) + ": its input " + Quoted(name) + " is made nowhere before it");
      }
      inputs.push_back(&found->second);
    }
    return OpCall(node, Where(node), opset_, std::move(inputs), std::move(names), emit_);
  }

  static bool OnlyConstants(const OpCall& call) {
    for (std::size_t i = 0; i < call.input_count(); ++i) {
      if (call.Has(i) && !call.IsConstant(i)) return false;
    }
    return true;
  }

  std::vector<Value> OutputsOf(OpCall& call) {
    if (call.type() == "Shape") return {ShapeResult(call)};
    if (call.type() == "Size") return {MakeIntegers({}, {ElementCount(call.ShapeOfIn(0))})};
    if (OnlyConstants(call)) {
      if (auto folded = Fold(call)) return *folded;
      call.Unsupported("is not computed on constants", Remedy(call.type()));
    }
    const OpRow* row = FindOp(call.type());
    if (row == nullptr) {
      call.Unsupported("this operator is not imported", Remedy(call.type()));
    }
    return row->lower(call);
  }

  static ConstantPtr ShapeResult(const OpCall& call) {
    const Shape shape = call.ShapeOfIn(0);
    const auto rank = static_cast<std::int64_t>(shape.size());
    const auto clamped = [&](std::int64_t at) {
      return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    const std::int64_t begin = clamped(call.Int("start", 0));
    const std::int64_t end = std::max(begin, clamped(call.Int("end", rank)));
    return MakeIntegers({end - begin}, {shape.begin() + begin, shape.begin() + end});
  }

  void Follow(const NodeProto& node) {
    if (!node.domain().empty() && node.domain() != "ai.onnx") {
      throw Error(ErrorKind::kUnsupported,
                  Where(node) + ": operators of the domain " + Quoted(node.domain()) +
                      " are not imported; export with standard operators only");
    }
    OpCall call = CallOf(node);
    emit_.Enter(Where(node), NameOf(node));
    const std::vector<Value> outputs = OutputsOf(call);
    for (int i = 0; i < node.output_size(); ++i) {
      if (node.output(i).empty()) continue;
      if (static_cast<std::size_t>(i) >= outputs.size()) break;  // missed only if it is read
      if (!made_.insert(node.output(i)).second) {
        throw Error(ErrorKind::kCorrupt,
                    Where(node) + ": its output " + Quoted(node.output(i)) + " is made twice");
      }
      values_[node.output(i)] = outputs[i];
    }
  }

  // The largest output that is a picture.
  NodeId Output() {
    std::optional<NodeId> best;
    for (const onnx_pb::ValueInfoProto& output : proto_.output()) {
      const std::string where = file_ + ": output " + Quoted(output.name());
      const auto found = values_.find(output.name());
      if (found == values_.end()) throw Error(ErrorKind::kCorrupt, where + " is made nowhere");
      const auto* value = std::get_if<Activation>(&found->second);
      if (value == nullptr) continue;
      const NodeId node = PlainOutput(where, *value);
      const Dims& dims = emit_.dims(node);
      if (best && emit_.dims(*best).height == dims.height) {
        throw Error(ErrorKind::kUnsupported,
                    where + " is as large as another output; export the restored picture alone");
      }
      if (!best || dims.height > emit_.dims(*best).height) best = node;
    }
    if (!best) {
      throw Error(ErrorKind::kUnsupported,
                  file_ + ": no output depends on the picture; export the whole network");
    }
    return *best;
  }

  NodeId PlainOutput(const std::string& where, Activation value) {
    emit_.Enter(where, "output");
    if (value.view.dims.size() == 3) value.view = WithRank(value.view, 4);
    const View last = Transposed(PlainView(emit_.dims(value.node)), {0, 2, 3, 1});
    return value.view == last ? value.node : emit_.Plain(value);
  }

  const GraphProto& proto_;
  const std::int64_t opset_;
  const std::string& file_;
  Emitter emit_;
  std::map<std::string, Value> values_;
  std::set<std::string> made_;
};

}  // namespace

Initializers ReadInitializers(const GraphProto& graph, const std::string& file) {
  if (graph.sparse_initializer_size() > 0) {
    throw Error(ErrorKind::kUnsupported,
                file + ": sparse initializers are not read; export with dense ones");
  }
  Initializers initializers;
  for (const onnx_pb::TensorProto& tensor : graph.initializer()) {
    const std::string where = file + ": initializer " + Quoted(tensor.name());
    if (!initializers.emplace(tensor.name(), ReadConstant(tensor, where)).second) {
      throw Error(ErrorKind::kCorrupt, where + " exists twice");
    }
  }
  return initializers;
}

Traced Trace(const GraphProto& graph, const Initializers& initializers,
             const std::string& input_name, const TrialInput& input, std::int64_t opset,
             const std::string& file) {
  return Tracer(graph, initializers, opset, file, input.dims).Run(input_name, input);
}

}  // namespace winnow::onnx
