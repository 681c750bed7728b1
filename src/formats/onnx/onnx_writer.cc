#include "formats/onnx/onnx_writer.h"

#include "base/checked.h"
#include "base/error.h"
#include "base/file.h"
#include "formats/model_metadata.h"
#include "formats/onnx/graph_writer.h"
#include "formats/onnx/proto.h"
#include "formats/strict_json.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

using onnx::OpenExtent;
using onnx_pb::ModelProto;

constexpr std::int64_t kOpset = 13;
constexpr std::int64_t kIrVersion = 7;  // of the ONNX that brought opset 13
// A message ends at 2^31 - 1 bytes; what is no weight takes far less than the difference.
constexpr std::int64_t kMostWeightBytes = (std::int64_t{1} << 31) - (std::int64_t{1} << 26);

void CheckWeights(const Graph& graph) {
  std::int64_t bytes = 0;
  for (const Param& param : graph.params()) {
    const std::string where = "param " + Quoted(param.name);
    const std::int64_t size =
        CheckedMul<std::int64_t>(ElementCount(param.shape), sizeof(float), where);
    bytes = CheckedAdd(bytes, size, where);
  }
  if (bytes <= kMostWeightBytes) return;
  throw Error(ErrorKind::kUnsupported,
              "the weights take " + std::to_string(bytes) +
                  " bytes in full, and ONNX files end at 2 GiB; write .safetensors instead");
}

// The extents of the results, if those of the input are fixed.
std::vector<Dims> FixedDims(const Model& model, const OnnxExtents& extents) {
  if (extents.height == 0 && extents.width == 0) return {};
  const int multiple = model.info.size_multiple;
  if (extents.height < 1 || extents.width < 1 || extents.height % multiple != 0 ||
      extents.width % multiple != 0) {
    throw Error(ErrorKind::kInvalidArgument, model.info.name + ": takes pictures of multiples of " +
                                                 std::to_string(multiple) + " pixels, not " +
                                                 std::to_string(extents.width) + "x" +
                                                 std::to_string(extents.height));
  }
  return InferDims(model.graph, extents.height, extents.width);
}

// Of every node's result.
std::vector<std::int64_t> Channels(const Graph& graph) {
  std::vector<std::int64_t> channels = {graph.input_channels()};
  for (std::size_t id = 1; id < graph.nodes().size(); ++id) {
    const Node& node = graph.nodes()[id];
    std::vector<std::int64_t> inputs;
    for (NodeId input : node.inputs) inputs.push_back(channels[input]);
    channels.push_back(OutputChannels(graph, node, inputs));
  }
  return channels;
}

std::vector<OpenExtent> PictureExtents(const Model& model, NodeId id, std::int64_t channels,
                                       const std::vector<Dims>& fixed) {
  if (!fixed.empty()) return {{1}, {fixed[id].channels}, {fixed[id].height}, {fixed[id].width}};
  const bool last = id == model.graph.output();
  std::string factor;
  if (model.info.scale != 1) (factor += '*') += std::to_string(model.info.scale);
  // How large the coarser outputs are only running tells.
  const std::string place = id == 0 ? "" : last ? factor : ":" + model.graph.node(id).name;
  return {{0, "batch"}, {channels}, {0, "height" + place}, {0, "width" + place}};
}

// What goes in and comes out, for people.
std::string Describe(const ModelInfo& info) {
  std::string text = info.colour + " pictures, numbers 0.." + Json(info.pixel_range).dump();
  bool centred = false;
  for (float mean : info.mean) centred = centred || mean != 0;
  if (centred) text += " less the mean " + Json(info.mean).dump();
  if (info.size_multiple > 1) {
    text += "; height and width in multiples of " + std::to_string(info.size_multiple);
  }
  return text;
}

void DescribeModel(const Model& model, ModelProto& proto) {
  proto.set_ir_version(kIrVersion);
  proto.set_producer_name("winnow");
  proto.add_opset_import()->set_version(kOpset);
  for (const auto& [key, value] : ForeignMetadata(model)) {
    auto& entry = *proto.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
}

}  // namespace

std::string SerializeOnnx(const Model& model, const OnnxExtents& extents) {
  CheckWeights(model.graph);
  if (model.weights.size() != model.graph.params().size()) {
    throw Error(ErrorKind::kInvalidArgument,
                model.info.name + ": has no weights to export; give a model file");
  }
  const std::vector<Dims> fixed = FixedDims(model, extents);
  const std::vector<std::int64_t> channels = Channels(model.graph);
  ModelProto proto;
  DescribeModel(model, proto);
  onnx_pb::GraphProto& graph = *proto.mutable_graph();
  graph.set_name(model.info.name.empty() ? "network" : model.info.name);  // must have one
  const std::vector<std::string> names = onnx::WriteGraph(model, graph);
  const auto describe = [&](NodeId id, onnx_pb::ValueInfoProto& value) {
    onnx::SetPicture(value, names[id], PictureExtents(model, id, channels[id], fixed));
    value.set_doc_string(Describe(model.info));
  };
  describe(0, *graph.add_input());
  for (NodeId output : model.graph.outputs()) describe(output, *graph.add_output());
  return proto.SerializeAsString();
}

void WriteOnnx(const Model& model, const std::filesystem::path& path, const OnnxExtents& extents) {
  WriteFile(path, SerializeOnnx(model, extents));
}

}  // namespace winnow
