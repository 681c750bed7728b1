#include "formats/onnx/onnx_file.h"

#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "formats/onnx/trace.h"
#include "formats/strict_json.h"
#include "graph/simplify.h"
#include "onnx/onnx.pb.h"

namespace winnow {
namespace {

using onnx::Traced;
using onnx::TrialInput;
using onnx_pb::ModelProto;
using onnx_pb::ValueInfoProto;

constexpr std::int64_t kFirstOpset = 9;
constexpr std::int64_t kLastOpset = 21;
// Multiples of what networks ask sizes to be multiples of, and unlike each other.
constexpr std::int64_t kTrialExtents[2][2] = {{192, 320}, {448, 256}};

[[noreturn]] void Unsupported(const std::string& message) {
  throw Error(ErrorKind::kUnsupported, message);
}

std::int64_t OpsetOf(const ModelProto& model, const std::string& file) {
  for (const onnx_pb::OperatorSetIdProto& set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    if (kFirstOpset <= set.version() && set.version() <= kLastOpset) return set.version();
    Unsupported(file + ": opset " + std::to_string(set.version()) +
                " is not imported; export with " + std::to_string(kFirstOpset) + " to " +
                std::to_string(kLastOpset) + " (torch.onnx.export(..., opset_version=17))");
  }
  throw Error(ErrorKind::kCorrupt, file + ": names no opset; is this an ONNX file?");
}

// Extents as in the file; 0 where any will do.
struct InputShape {
  std::int64_t batch = 0;
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  bool channels_last = false;
};

std::int64_t FixedExtent(const onnx_pb::TensorShapeProto::Dimension& dim) {
  return dim.has_dim_value() && dim.dim_value() > 0 ? dim.dim_value() : 0;
}

bool IsColours(std::int64_t channels) { return channels == 1 || channels == 3; }

InputShape ShapeOf(const ValueInfoProto& input, const std::string& file) {
  const std::string where = file + ": input " + Quoted(input.name());
  const auto& type = input.type().tensor_type();
  constexpr int kFloats[] = {onnx_pb::TensorProto::UNDEFINED, onnx_pb::TensorProto::FLOAT,
                             onnx_pb::TensorProto::FLOAT16, onnx_pb::TensorProto::DOUBLE,
                             onnx_pb::TensorProto::BFLOAT16};
  if (std::ranges::find(kFloats, type.elem_type()) == std::end(kFloats)) {
    Unsupported(where + " is made of integers; export the network behind the conversion to floats");
  }
  InputShape shape;
  if (!type.has_shape()) return shape;
  if (type.shape().dim_size() != 4) {
    Unsupported(where + " has " + std::to_string(type.shape().dim_size()) +
                " axes; only networks on [1, channels, height, width] are imported");
  }
  std::int64_t extents[4];
  for (int i = 0; i < 4; ++i) extents[i] = FixedExtent(type.shape().dim(i));
  shape.channels_last = !IsColours(extents[1]) && IsColours(extents[3]);
  shape.batch = extents[0];
  if (shape.channels_last) {
    shape.height = extents[1];
    shape.width = extents[2];
    shape.channels = extents[3];
  } else {
    shape.channels = extents[1];
    shape.height = extents[2];
    shape.width = extents[3];
  }
  if (shape.batch > 1) Unsupported(where + " is a batch; export with a batch of 1");
  if (shape.channels != 0 && !IsColours(shape.channels)) {
    Unsupported(where + " has " + std::to_string(shape.channels) +
                " channels; only pictures of 1 or 3 are imported");
  }
  if (shape.height > 1 << 14 || shape.width > 1 << 14) Unsupported(where + " is extremely large");
  return shape;
}

const ValueInfoProto& OnlyInput(const onnx_pb::GraphProto& graph,
                                const onnx::Initializers& initializers, const std::string& file) {
  const ValueInfoProto* only = nullptr;
  for (const ValueInfoProto& input : graph.input()) {
    if (initializers.contains(input.name())) continue;
    if (only != nullptr) {
      Unsupported(file + ": has the inputs " + Quoted(only->name()) + " and " +
                  Quoted(input.name()) + "; export the network with the picture as its one input");
    }
    only = &input;
  }
  if (only == nullptr) throw Error(ErrorKind::kCorrupt, file + ": has no input");
  return *only;
}

// Follows one graph at sizes of choice.
class Follower {
 public:
  Follower(const ModelProto& model, const std::string& file)
      : graph_(model.graph()),
        opset_(OpsetOf(model, file)),
        file_(file),
        initializers_(onnx::ReadInitializers(graph_, file)),
        input_(OnlyInput(graph_, initializers_, file)),
        shape_(ShapeOf(input_, file)) {}

  OnnxNetwork Run() {
    const std::int64_t channels = shape_.channels != 0 ? shape_.channels : FindChannels();
    Traced traced = At(channels, 0);
    OnnxNetwork network;
    if (shape_.height == 0 || shape_.width == 0) {
      CheckAgainst(traced, At(channels, 1));
    } else {
      network.notes.push_back("exported for pictures of " + std::to_string(shape_.width) + "x" +
                              std::to_string(shape_.height) + ", imported for any size");
    }
    network.opset = static_cast<int>(opset_);
    network.graph = std::move(traced.graph);
    network.weights = std::move(traced.weights);
    Simplify(network.graph, network.weights);
    return network;
  }

 private:
  Traced At(std::int64_t channels, int trial) const {
    const auto or_trial = [&](std::int64_t extent, int axis) {
      return extent != 0 ? extent : kTrialExtents[trial][axis];
    };
    const Dims dims = {channels, or_trial(shape_.height, 0), or_trial(shape_.width, 1)};
    return onnx::Trace(graph_, initializers_, input_.name(), {dims, shape_.channels_last}, opset_,
                       file_);
  }

  // Where the file leaves them open.
  std::int64_t FindChannels() const {
    try {
      At(3, 0);
      return 3;
    } catch (const Error&) {
      try {
        At(1, 0);
        return 1;
      } catch (const Error&) {
      }
      throw;
    }
  }

  void CheckAgainst(const Traced& a, const Traced& b) const {
    if (a.graph == b.graph && a.weights == b.weights) return;
    const std::size_t count = std::min(a.graph.nodes().size(), b.graph.nodes().size());
    std::string node = "its last node";
    for (std::size_t i = 0; i < count; ++i) {
      if (a.graph.nodes()[i] == b.graph.nodes()[i]) continue;
      node = "node " + Quoted(a.graph.nodes()[i].name);
      break;
    }
    Unsupported(file_ + ": " + node + " (opset " + std::to_string(opset_) +
                ") works differently on pictures of different sizes, which is not imported; export "
                "it for one fixed size");
  }

  const onnx_pb::GraphProto& graph_;
  const std::int64_t opset_;
  const std::string& file_;
  const onnx::Initializers initializers_;
  const ValueInfoProto& input_;
  const InputShape shape_;
};

}  // namespace

OnnxNetwork ParseOnnx(std::string_view bytes, const std::string& name) {
  ModelProto model;
  if (bytes.size() > INT32_MAX ||
      !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph()) {
    throw Error(ErrorKind::kCorrupt, name + ": is not an ONNX file, or is cut short");
  }
  OnnxNetwork network = Follower(model, name).Run();
  network.producer = model.producer_name();
  if (!model.producer_version().empty()) network.producer += " " + model.producer_version();
  for (const auto& entry : model.metadata_props()) network.metadata[entry.key()] = entry.value();
  return network;
}

OnnxNetwork ReadOnnx(const std::filesystem::path& path) {
  return ParseOnnx(ReadFile(path), path.string());
}

}  // namespace winnow
