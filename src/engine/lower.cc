#include "engine/lower.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "engine/conversions.h"
#include "engine/reference.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/layer_norm/layer_norm.h"
#include "kernels/layout/convert.h"
#include "kernels/overflow.h"
#include "kernels/pool/global_pool.h"
#include "kernels/pool/window_pool.h"
#include "kernels/resample/bilinear.h"
#include "kernels/resample/resample.h"

namespace winnow {
namespace {

// Multiply-adds in whose time a number is read and written.
constexpr double kMoveWork = 4;
// Channels of a row, which lie one after the other, that are pooled together.
constexpr int kPoolGrain = 16;

// The constants of a unary kernel, one a channel, kept alive by the step.
struct Constants {
  std::vector<float> a;
  std::vector<float> b;
};

// Lowers an operator on lanes that is not a convolution.
class LaneLowering {
 public:
  LaneLowering(const LowerContext& c, const Unit& unit)
      : c_(c),
        unit_(unit),
        node_(c.node(unit.node)),
        element_(c.ElementOf(unit.node)),
        out_(c.memory.Lanes(unit.result, element_)),
        access_(c.RowsOf(unit).value_or(RowAccess())) {}

  using Steps = std::vector<Step>;

  Steps operator()(const Add&) const { return Binary(BinaryKind::kAdd, "add"); }
  Steps operator()(const Multiply&) const { return Binary(BinaryKind::kMultiply, "multiply"); }

  Steps operator()(const Relu&) const { return Unary(UnaryKind::kRelu, "relu", {}); }
  Steps operator()(const LeakyRelu& op) const {
    return Unary(UnaryKind::kSlope, "slope", {All(op.slope), {}});
  }
  Steps operator()(const PRelu& op) const {
    const Tensor& slopes = c_.model.weights[op.weight];
    if (slopes.size() == 1) return Unary(UnaryKind::kSlope, "slope", {All(slopes.data[0]), {}});
    return Unary(UnaryKind::kSlope, "slope", {{slopes.data.begin(), slopes.data.end()}, {}});
  }
  Steps operator()(const Sigmoid&) const {
    if (unit_.gated == kNoNode) return Unary(UnaryKind::kSigmoid, "sigmoid", {});
    const BinaryTask task = {BinaryKind::kGate, c_.memory.Lanes(unit_.gated, element_), In(0), out_,
                             false};
    const auto run = GetElementwiseKernels(c_.isa).binary;
    return {ByRows("gate", [=](int begin, int end) { run(task, begin, end); })};
  }
  Steps operator()(const Tanh&) const { return Unary(UnaryKind::kTanh, "tanh", {}); }
  Steps operator()(const Gelu& op) const {
    const bool erf = op.form == GeluForm::kErf;
    return Unary(erf ? UnaryKind::kGelu : UnaryKind::kGeluTanh, "gelu", {});
  }
  Steps operator()(const ChannelScale& op) const {
    const Tensor& factors = c_.model.weights[op.weight];
    return Unary(UnaryKind::kScale, "scale", {{factors.data.begin(), factors.data.end()}, {}});
  }
  Steps operator()(const LayerNorm& op) const {
    const LayerNormTask task = {In(0), out_, c_.model.weights[op.weight].data.data(),
                                c_.model.weights[op.bias].data.data(), op.epsilon};
    const auto run = GetLayerNormKernel(c_.isa);
    return {ByRows("layer norm", [=](int begin, int end) { run(task, begin, end); })};
  }
  Steps operator()(const Clamp& op) const {
    return Unary(UnaryKind::kClamp, "clamp", {All(op.low), All(op.high)});
  }
  Steps operator()(const ScaleShift& op) const {
    return Unary(UnaryKind::kScaleShift, "scale_shift", {op.scale, op.shift});
  }

  // Parts of other results.
  Steps operator()(const SliceChannels&) const { return {}; }
  Steps operator()(const StopGradient&) const { return {}; }

  Steps operator()(const Concat& op) const {
    Steps steps;
    int at = 0;
    for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
      const LaneTensor& part = In(i);
      if (op.axis == Axis::kHeight) {
        steps.push_back(CopyRows(part, 0, at, part.height));
        at += part.height;
      } else {
        if (!c_.memory.IsPart(node_.inputs[i], unit_.result, at, element_)) {
          const auto run = GetConvertKernels(c_.isa).copy;
          const LaneTensor out = out_.Channels(at, part.channels);
          steps.push_back(
              ByRows("copy", [=](int begin, int end) { run(part, out, 0, begin, end); }));
        }
        at += part.channels;
      }
    }
    return steps;
  }
  Steps operator()(const SplitSpatial& op) const {
    return {CopyRows(In(0), op.index * out_.height, 0, out_.height)};
  }

  Steps operator()(const PixelShuffle& op) const {
    const ShuffleTask task = {In(0), out_, op.factor, op.order == ShuffleOrder::kDcr};
    const auto run = GetResampleKernels(c_.isa).shuffle;
    return {ByRows("shuffle", [=](int begin, int end) { run(task, begin, end); })};
  }
  Steps operator()(const Resize& op) const {
    if (!IsWholeUpsample(node_)) {
      const auto task = std::make_shared<const BilinearTask>(In(0), out_);
      const BilinearKernels kernels = GetBilinearKernels(c_.isa);
      return {WholeStep("resize columns", In(0).height,
                        [=](int begin, int end) { kernels.columns(*task, begin, end); }),
              ByRows("resize rows", [=](int begin, int end) { kernels.rows(*task, begin, end); })};
    }
    const bool bilinear = op.mode == ResizeMode::kBilinear;
    const UpsampleTask task = {In(0), out_, op.numerator / op.denominator, bilinear};
    const auto run = GetResampleKernels(c_.isa).upsample;
    return {ByRows(bilinear ? "upsample bilinear" : "upsample nearest",
                   [=](int begin, int end) { run(task, begin, end); })};
  }
  Steps operator()(const Pool& op) const {
    const bool mean = op.kind == PoolKind::kAverage;
    const WindowPoolTask task = {In(0),     out_,        mean,        op.kernel,
                                 op.stride, op.pads.top, op.pads.left};
    const auto run = GetWindowPoolKernel(c_.isa);
    return {WholeStep(mean ? "average pool" : "max pool", out_.height,
                      [=](int begin, int end) { run(task, begin, end); })};
  }
  Steps operator()(const GlobalPool& op) const {
    const GlobalPoolTask task = {In(0), out_, op.kind == GlobalKind::kStd};
    const auto run = GetGlobalPoolKernel(c_.isa);
    Step step =
        WholeStep("global pool", out_.channels, [=](int begin, int end) { run(task, begin, end); });
    step.grain = kPoolGrain;
    return {std::move(step)};
  }

  // Lowered elsewhere: convolutions by LowerConv, the input by conversion, the others always
  // planar.
  template <typename Other>
  Steps operator()(const Other&) const {
    return {};
  }

 private:
  const LaneTensor& In(std::size_t i) const { return c_.memory.Lanes(node_.inputs[i], element_); }

  std::vector<float> All(float value) const { return std::vector<float>(out_.channels, value); }

  Steps Unary(UnaryKind kind, const char* name, Constants values) const {
    const auto constants = std::make_shared<const Constants>(std::move(values));
    const UnaryTask task = {kind, In(0), out_, constants->a.data(), constants->b.data()};
    const auto run = GetElementwiseKernels(c_.isa).unary;
    return {ByRows(name, [constants, task, run](int begin, int end) { run(task, begin, end); })};
  }

  Steps Binary(BinaryKind kind, const char* name) const {
    const auto smaller = [&](const LaneTensor& t) {
      return t.height < out_.height || t.width < out_.width;
    };
    const bool swap = smaller(In(0));
    const BinaryTask task = {kind, In(swap ? 1 : 0), In(swap ? 0 : 1), out_,
                             swap || smaller(In(1))};
    const auto run = GetElementwiseKernels(c_.isa).binary;
    return {ByRows(name, [=](int begin, int end) { run(task, begin, end); })};
  }

  // `count` rows of `in` from row `from` become the rows of the result from row `to`.
  Step CopyRows(const LaneTensor& in, int from, int to, int count) const {
    const auto run = GetConvertKernels(c_.isa).copy;
    return WholeStep("copy", count, [=, out = out_](int begin, int end) {
      run(in, out, to - from, from + begin, from + end);
    });
  }

  Step ByRows(const char* kernel, std::function<void(int, int)> run) const {
    Step step = RowStep(node_.name, kernel, unit_.result, access_, std::move(run));
    step.work = kMoveWork * out_.channels * out_.height * out_.width;
    return step;
  }
  // One that needs whole planes.
  Step WholeStep(const char* kernel, int size, std::function<void(int, int)> run) const {
    Step step;
    step.node = node_.name;
    step.kernel = kernel;
    step.size = size;
    step.run = std::move(run);
    return step;
  }

  const LowerContext& c_;
  const Unit& unit_;
  const Node& node_;
  const Element element_;
  const LaneTensor& out_;
  const RowAccess access_;  // for steps by rows
};

Step LowerPlanar(const LowerContext& c, NodeId id) {
  std::vector<Planar<const float>> inputs;
  for (NodeId in : c.node(id).inputs) inputs.push_back(c.memory.PlanarOf(in));
  Step step;
  step.node = c.node(id).name;
  step.kernel = "planar " + std::string(OpName(c.node(id).op));
  step.run = [&model = c.model, id, inputs, out = c.memory.PlanarOf(id)](int, int) {
    EvaluateNode(model, id, inputs, out);
  };
  return step;
}

// Has the steps tell when they leave the range of halves.
void Watch(const LowerContext& c, NodeId id, std::vector<Step>& steps) {
  for (Step& step : steps) {
    step.run = [run = std::move(step.run), overflown = c.overflown, id](int begin, int end) {
      const OverflowWatch watch;
      run(begin, end);
      if (watch.Seen()) *overflown = id;
    };
  }
}

// The network's input in the forms it is wanted in.
std::vector<Step> LowerInput(const LowerContext& c, NodeId id, const float* const* input) {
  std::vector<Step> steps = LanesFromPlanar(c, id, [input] { return *input; });
  if (c.memory.forms(id).planar) {
    const Planar<float> planar = c.memory.PlanarOf(id);
    Step copy;
    copy.node = c.node(id).name;
    copy.kernel = "copy";
    copy.run = [=](int, int) { std::copy_n(*input, planar.size(), planar.data); };
    steps.push_back(std::move(copy));
  }
  return steps;
}

}  // namespace

std::vector<Step> LowerUnit(const LowerContext& c, const Unit& unit, const float* const* input) {
  const Op& op = c.node(unit.node).op;
  std::vector<Step> steps;
  std::vector<Step> conversions;
  if (unit.node == 0) {
    steps = LowerInput(c, unit.node, input);
  } else if (!c.layout[unit.node].local) {
    steps.push_back(LowerPlanar(c, unit.node));
    const float* const planar = c.memory.PlanarOf(unit.result).data;
    conversions = LanesFromPlanar(c, unit.result, [planar] { return planar; });
  } else {
    if (std::holds_alternative<Conv2d>(op) || std::holds_alternative<ConvTranspose2d>(op)) {
      steps.push_back(LowerConv(c, unit));
    } else {
      steps = std::visit(LaneLowering(c, unit), op);
    }
    conversions = OtherForms(c, unit.result, c.ElementOf(unit.node));
  }
  const bool halves = c.memory.forms(unit.result).halves;
  if (c.layout[unit.node].half || (unit.node == 0 && halves)) Watch(c, unit.result, steps);
  if (halves) Watch(c, unit.result, conversions);
  std::ranges::move(conversions, std::back_inserter(steps));
  return steps;
}

}  // namespace winnow
