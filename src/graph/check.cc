#include "graph/check.h"

#include <cmath>
#include <string>

#include "base/error.h"

namespace winnow {
namespace {

// No sane attribute comes near; keeps sums and products of a few of them inside 64 bits.
constexpr int kMaxAttribute = 1 << 16;

class Checker {
 public:
  Checker(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

  void operator()(const Input& op) const {
    Inputs(0, 0);
    Range(op.channels, 1, "channels");
  }

  void operator()(const Conv2d& op) const {
    Inputs(1, 1);
    Range(op.stride, 1, "stride");
    Range(op.dilation, 1, "dilation");
    PadRange(op.pads);
    const Shape& weight = Weight(op.weight);
    Groups(op.groups, weight[0]);
    Bias(op.bias, weight[0]);
  }

  void operator()(const ConvTranspose2d& op) const {
    Inputs(1, 1);
    Range(op.stride, 1, "stride");
    Range(op.dilation, 1, "dilation");
    Range(op.output_padding, 0, "output padding");
    PadRange(op.pads);
    const Shape& weight = Weight(op.weight);
    Groups(op.groups, weight[0]);
    Bias(op.bias, weight[1] * op.groups);
  }

  void operator()(const Add&) const { Inputs(2, 2); }
  void operator()(const Multiply&) const { Inputs(2, 2); }
  void operator()(const Concat&) const { Inputs(2, kMaxAttribute); }

  void operator()(const SliceChannels& op) const {
    Inputs(1, 1);
    Require(0 <= op.begin && op.begin < op.end, "the slice is empty or negative");
  }

  void operator()(const SplitSpatial& op) const {
    Inputs(1, 1);
    Require(op.axis != Axis::kChannel, "a spatial split goes along height or width");
    Range(op.count, 1, "count");
    Require(0 <= op.index && op.index < op.count, "index must be in [0, count)");
  }

  void operator()(const LeakyRelu& op) const {
    Inputs(1, 1);
    Require(std::isfinite(op.slope), "slope is not finite");
  }

  void operator()(const PRelu& op) const {
    Inputs(1, 1);
    Require(ParamShape(op.weight).size() == 1, "the slopes must have one dimension");
  }

  void operator()(const PixelShuffle& op) const {
    Inputs(1, 1);
    Range(op.factor, 1, "factor");
  }

  void operator()(const PixelUnshuffle& op) const {
    Inputs(1, 1);
    Range(op.factor, 1, "factor");
  }

  void operator()(const ChannelScale& op) const {
    Inputs(1, 1);
    const Shape& shape = ParamShape(op.weight);
    Require(shape.size() == 4 && shape[0] == 1 && shape[2] == 1 && shape[3] == 1,
            "the factors must be [1, channels, 1, 1], not " + ToString(shape));
  }

  void operator()(const LayerNorm& op) const {
    Inputs(1, 1);
    const Shape& shape = ParamShape(op.weight);
    Require(shape.size() == 1, "the weight must have one dimension, not " + ToString(shape));
    Require(ParamShape(op.bias) == shape, "the bias must be as long as the weight");
    Require(std::isfinite(op.epsilon) && op.epsilon > 0, "epsilon must be above zero");
  }

  void operator()(const Resize& op) const {
    Inputs(1, 2);
    Range(op.numerator, 1, "numerator");
    Range(op.denominator, 1, "denominator");
  }

  void operator()(const Pool& op) const {
    Inputs(1, 1);
    Range(op.kernel, 1, "kernel");
    Range(op.stride, 1, "stride");
    PadRange(op.pads);
    for (int pad : {op.pads.top, op.pads.left, op.pads.bottom, op.pads.right}) {
      Require(pad < op.kernel, "padding must be smaller than the window");
    }
  }

  void operator()(const Pad& op) const {
    Inputs(1, 1);
    PadRange(op.pads);
  }

  void operator()(const Clamp& op) const {
    Inputs(1, 1);
    Require(op.low <= op.high, "low must not exceed high");
  }

  void operator()(const ScaleShift& op) const {
    Inputs(1, 1);
    Require(!op.scale.empty() && op.scale.size() == op.shift.size(),
            "scale and shift need one entry a channel");
  }

  // The operators without attributes.
  template <typename Unary>
  void operator()(const Unary&) const {
    Inputs(1, 1);
  }

 private:
  void Require(bool ok, const std::string& message) const {
    if (!ok) {
      throw Error(ErrorKind::kInvalidArgument,
                  "node '" + node_.name + "' (" + std::string(OpName(node_.op)) + "): " + message);
    }
  }

  void Inputs(std::size_t least, std::size_t most) const {
    const std::size_t count = node_.inputs.size();
    Require(least <= count && count <= most, "takes " + std::to_string(least) +
                                                 (most > least ? " or more" : "") +
                                                 " inputs, not " + std::to_string(count));
  }

  void Range(int value, int least, const std::string& what) const {
    Require(least <= value && value <= kMaxAttribute,
            what + " " + std::to_string(value) + " is out of range");
  }

  void PadRange(const Pads& pads) const {
    for (int pad : {pads.top, pads.left, pads.bottom, pads.right}) Range(pad, 0, "padding");
  }

  const Shape& ParamShape(ParamId id) const {
    Require(0 <= id && id < static_cast<ParamId>(graph_.params().size()), "no such param");
    return graph_.param(id).shape;
  }

  const Shape& Weight(ParamId id) const {
    const Shape& shape = ParamShape(id);
    Require(shape.size() == 4, "the weight must have four dimensions, not " + ToString(shape));
    return shape;
  }

  void Groups(int groups, std::int64_t channels) const {
    Range(groups, 1, "groups");
    Require(channels % groups == 0, "groups must divide the weight's first dimension");
  }

  void Bias(ParamId id, std::int64_t channels) const {
    if (id == kNoParam) return;
    Require(ParamShape(id) == Shape{channels},
            "the bias must be [" + std::to_string(channels) + "], not " + ToString(ParamShape(id)));
  }

  const Graph& graph_;
  const Node& node_;
};

}  // namespace

void CheckNode(const Graph& graph, const Node& node) { std::visit(Checker(graph, node), node.op); }

}  // namespace winnow
