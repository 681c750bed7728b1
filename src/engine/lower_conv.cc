#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "base/error.h"
#include "engine/lower.h"
#include "engine/reference.h"
#include "engine/select.h"
#include "kernels/dnnl/bf16_conv.h"
#include "kernels/elementwise/elementwise.h"

namespace winnow {
namespace {

// An activation as the convolution's kernel wants it.
struct Activation {
  ActivationKind kind = ActivationKind::kNone;
  std::vector<float> slopes;  // one for all channels, or one each; where kind is kSlope
  float Slope(int channel) const {
    return slopes.empty() ? 0 : slopes[slopes.size() == 1 ? 0 : channel];
  }
};

Activation ActivationOf(const LowerContext& c, NodeId id) {
  if (id == kNoNode) return {};
  const Op& op = c.node(id).op;
  if (const auto* leaky = std::get_if<LeakyRelu>(&op))
    return {ActivationKind::kSlope, {leaky->slope}};
  if (const auto* prelu = std::get_if<PRelu>(&op)) {
    const Tensor& slopes = c.model.weights[prelu->weight];
    return {ActivationKind::kSlope, {slopes.data.begin(), slopes.data.end()}};
  }
  return {ActivationKind::kRelu, {}};
}

// Where the channel and phase that a convolution computes end up: the same, or what a PixelShuffle
// makes of them.
struct Target {
  int channel = 0;
  int phase_y = 0;
  int phase_x = 0;
};

Target ShuffledTarget(const PixelShuffle& shuffle, int channel, int out_channels) {
  const int r = shuffle.factor;
  const bool last = shuffle.order == ShuffleOrder::kDcr;
  const int phase = last ? channel / out_channels : channel % (r * r);
  return {last ? channel % out_channels : channel / (r * r), phase / r, phase % r};
}

std::int64_t OffsetIn(const LaneTensor& t, const Target& target) {
  return target.phase_y * t.row_stride + target.channel * t.channel_stride +
         target.phase_x * t.words();
}

// How each output of the taps goes to memory.
std::vector<ConvOutput> OutputsOf(const LowerContext& c, const Unit& unit, const TapList& taps,
                                  ParamId bias, const ConvTask& task) {
  const Activation before = ActivationOf(c, unit.before);
  const Activation after = ActivationOf(c, unit.after);
  // A PReLU behind the shuffle has a slope for each of the shuffled channels.
  const bool before_shuffle = unit.before < unit.shuffle;
  std::vector<ConvOutput> outputs;
  for (const OutputTaps& from : taps.outputs) {
    Target to = {from.channel, from.phase_y, from.phase_x};
    if (unit.shuffle != kNoNode) {
      to = ShuffledTarget(std::get<PixelShuffle>(c.node(unit.shuffle).op), from.channel,
                          task.out.channels);
    }
    ConvOutput o;
    o.offset = OffsetIn(task.out, to);
    o.residual_offset = OffsetIn(task.residual, to);
    o.bias = bias == kNoParam ? 0 : c.model.weights[bias].data[from.channel];
    o.slope_before = before.Slope(before_shuffle ? from.channel : to.channel);
    o.slope_after = after.Slope(to.channel);
    outputs.push_back(o);
  }
  return outputs;
}

void RequireAddressable(const Node& node, const LaneTensor& in, const TapReach& reach) {
  const std::int64_t rows = std::max(reach.up, reach.down) + 1;
  if (rows * in.row_stride * static_cast<std::int64_t>(sizeof(float)) >
      std::numeric_limits<std::int32_t>::max()) {
    throw Error(ErrorKind::kOutOfBudget,
                "node '" + node.name + "': rows of " + std::to_string(in.width) + " pixels x " +
                    std::to_string(in.channels) + " channels are too long; use smaller tiles");
  }
}

// What code for halves has in it must be halves.
void RequireHalves(const Node& node, const Tensor& weight, const ConvTask& task) {
  constexpr float kLargest = 65504;
  const auto fits = [](float x) { return std::abs(x) <= kLargest; };
  const bool all_fit = std::ranges::all_of(weight.data, fits) &&
                       std::ranges::all_of(task.outputs, [&](const ConvOutput& o) {
                         return fits(o.bias) && fits(o.slope_before) && fits(o.slope_after);
                       });
  if (!all_fit) {
    throw Error(ErrorKind::kUnsupported, "node '" + node.name +
                                             "': a weight exceeds 65504, the largest of fp16; use "
                                             "another precision");
  }
}

// "8:32", or the part of the weights that is not zero.
std::string DensityText(const Model& model, ParamId weight, const TapList& taps) {
  const auto pattern = model.patterns.find(weight);
  if (pattern != model.patterns.end()) return ToString(pattern->second);
  const auto kept = static_cast<double>(CountTaps(taps));
  const auto all = static_cast<double>(model.weights[weight].size());
  if (kept == all) return "dense";
  return std::to_string(std::lround(100 * kept / all)) + " %";
}

Step WinogradStep(const LowerContext& c, const Unit& unit, const WinogradKernel& kernel,
                  const Tensor& weight, const ConvTask& conv) {
  const auto task =
      std::make_shared<const WinogradTask>(MakeWinograd(c.isa, conv, weight, c.scratch));
  Step step =
      RowStep(c.node(unit.node).name, std::string(kernel.name), unit.result, *c.RowsOf(unit),
              [task, run = kernel.run](int begin, int end) { run(*task, begin, end); });
  step.grain = kWinogradTile;
  return step;
}

Step Bf16Step(const LowerContext& c, const Unit& unit, const ConvShape& shape, const Tensor& weight,
              const ConvTask& conv) {
  const auto task = std::make_shared<const Bf16Task>(MakeBf16(conv, shape, weight, c.scratch));
  Step step = RowStep(c.node(unit.node).name, "oneDNN bf16", unit.result, *c.RowsOf(unit),
                      [task](int begin, int end) { RunBf16(*task, begin, end); });
  step.grain = kBf16Rows;
  return step;
}

Step DirectStep(const LowerContext& c, const Unit& unit, const ConvChoice& choice,
                const TapList& taps, const std::shared_ptr<ConvTask>& task) {
  c.code.Prepare(unit.node, choice, taps, *task);
  Step step =
      RowStep(c.node(unit.node).name, std::string(choice.kernel.name), unit.result, *c.RowsOf(unit),
              [task, run = choice.kernel.run](int begin, int end) { run(*task, begin, end); });
  step.grain = choice.kernel.rows;
  step.saves_code = choice.saves_code;
  return step;
}

// The convolution's result waits in the gate's place, a band of rows at a time, still in the cache.
void OpenGate(const LowerContext& c, const Unit& unit, int out_step, Step& step) {
  const Element element = c.ElementOf(unit.node);
  const LaneTensor& out = c.memory.Lanes(unit.result, element);
  const BinaryTask gate = {BinaryKind::kGate, c.memory.Lanes(unit.gated, element), out, out};
  step.run = [convolve = std::move(step.run), open = GetElementwiseKernels(c.isa).binary, gate,
              out_step](int begin, int end) {
    convolve(begin, end);
    open(gate, begin * out_step, end * out_step);
  };
}

}  // namespace

Step LowerConv(const LowerContext& c, const Unit& unit) {
  const Node& node = c.node(unit.node);
  const auto* transposed = std::get_if<ConvTranspose2d>(&node.op);
  const auto* plain = std::get_if<Conv2d>(&node.op);
  const ConvShape shape = plain != nullptr ? ConvShapeOf(c.model.graph, *plain)
                                           : ConvShapeOf(c.model.graph, *transposed);
  const ParamId weight = plain != nullptr ? plain->weight : transposed->weight;
  const ParamId bias = plain != nullptr ? plain->bias : transposed->bias;
  const TapList taps = MakeTaps(shape, c.model.weights[weight]);

  const auto task = std::make_shared<ConvTask>();
  const Element element = c.ElementOf(unit.node);
  task->in = c.memory.Lanes(node.inputs[0], element);
  task->out = c.memory.Lanes(unit.result, element);
  if (unit.residual != kNoNode) task->residual = c.memory.Lanes(unit.residual, element);
  task->in_step = taps.in_step;
  task->out_step = task->out.height / (static_cast<int>(c.dims[unit.node].height) / taps.out_step);
  task->height = task->out.height / task->out_step;
  task->span = task->out.span / task->out_step;
  task->mask = LaneMask(task->out.width / task->out_step, task->span, task->out.lanes, element);
  task->before = ActivationOf(c, unit.before).kind;
  task->after = ActivationOf(c, unit.after).kind;
  task->outputs = OutputsOf(c, unit, taps, bias, *task);

  const TapReach reach = ReachOf(shape);
  RequireAddressable(node, task->in, reach);
  const double places = static_cast<double>(task->height) * task->span;
  const ConvChoice choice =
      ChooseConv(AllowedKernels(c.kernels, c.isa, taps, element), taps, reach, task->in, c.costs,
                 c.code.Has(unit.node, *task) ? kAnyNumberOfPlaces : places * c.runs);
  const bool half = element == Element::kHalf;
  if (half) RequireHalves(node, c.model.weights[weight], *task);
  const WinogradChoice winograd =
      half ? WinogradChoice() : ChooseWinograd(shape, *task, c.isa, c.costs);

  Step step;
  // What the direct kernel costs once its code is there, so that one choice serves all runs.
  const double direct_cost = choice.saves_code ? choice.rival_cost : choice.cost;
  const double winograd_cost =
      c.precision == Precision::kExact ? kAnyNumberOfPlaces : winograd.cost;
  const double bf16_cost =
      c.precision == Precision::kBf16 ? CostInBf16(shape, c.costs) : kAnyNumberOfPlaces;
  if (bf16_cost < std::min(direct_cost, winograd_cost)) {
    step = Bf16Step(c, unit, shape, c.model.weights[weight], *task);
    step.why = Why(bf16_cost, choice);
    step.cost = bf16_cost * places;
  } else if (winograd_cost < direct_cost) {
    step = WinogradStep(c, unit, winograd.kernel, c.model.weights[weight], *task);
    step.why = Why(winograd.cost, choice);
    step.cost = winograd.cost * places;
  } else {
    step = DirectStep(c, unit, choice, taps, task);
    step.why = Why(choice);
    step.cost = choice.cost * places;
  }
  step.why = DensityText(c.model, weight, taps) + "; " + step.why;
  step.macs = CountTaps(taps) * task->height * (task->out.width / task->out_step);
  if (unit.gated != kNoNode) OpenGate(c, unit, task->out_step, step);
  return step;
}

}  // namespace winnow
