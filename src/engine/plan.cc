#include "engine/plan.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/error.h"
#include "base/parallel.h"
#include "engine/lower.h"
#include "engine/reference.h"
#include "engine/run_schedule.h"
#include "engine/select.h"
#include "kernels/layout/convert.h"

namespace winnow {
namespace {

// Extents are ints in kernels; beyond this a single row would be hopeless anyhow.
constexpr std::int64_t kMaxExtent = 1 << 24;

std::vector<Dims> CheckedDims(const Graph& graph, std::int64_t height, std::int64_t width) {
  std::vector<Dims> dims = InferDims(graph, height, width);
  for (std::size_t id = 0; id < dims.size(); ++id) {
    if (std::max({dims[id].channels, dims[id].height, dims[id].width}) > kMaxExtent) {
      throw Error(ErrorKind::kOutOfBudget, "node '" + graph.node(static_cast<NodeId>(id)).name +
                                               "': its result " + ToString(ShapeOf(dims[id])) +
                                               " is too large; use smaller tiles");
    }
  }
  return dims;
}

// Rows of a step that run together where steps are timed one by one.
constexpr int kProfileBand = 4;

GroupLimits LimitsOf(const SessionOptions& options, Isa isa) {
  const std::vector<ConvKernel> kernels = AllowedKernels(options.kernels, isa, TapList());
  const bool generated = std::any_of(kernels.begin(), kernels.end(),
                                     [](const ConvKernel& k) { return k.generate != nullptr; });
  // Compiled kernels share inputs and weights between the rows of a tile.
  GroupLimits limits = {options.cache_bytes, generated ? 1 : 4};
  // More than L2 holds: even from L3 rows come faster than whole planes from memory. Measured.
  if (limits.cache_bytes == 0) limits.cache_bytes = L2CacheBytes() * 5 / 2;
  return limits;
}

}  // namespace

Plan::Plan(const Model& model, Isa isa, const SessionOptions& options, std::int64_t height,
           std::int64_t width)
    : model_(model),
      isa_(isa),
      threads_(options.threads),
      height_(height),
      width_(width),
      dims_(CheckedDims(model.graph, height, width)),
      layout_(ChooseLayout(model.graph, dims_, Lanes(isa))),
      code_(std::make_unique<CodeMemory>()),
      input_(std::make_unique<const float*>(nullptr)) {
  const std::vector<Unit> units = MakeUnits(model.graph, dims_, layout_);
  const std::vector<UnitGroup> groups =
      GroupUnits(model.graph, dims_, layout_, units, Lanes(isa), LimitsOf(options, isa));
  memory_ = std::make_unique<Memory>(model.graph, dims_, layout_, units, groups, Lanes(isa));
  const LowerContext context = {model_, dims_, layout_, *memory_, *code_, isa_, options.kernels};
  for (const UnitGroup& group : groups) {
    const int begin = static_cast<int>(steps_.size());
    for (int u = group.begin; u < group.end; ++u) {
      for (Step& step : LowerUnit(context, units[u], input_.get()))
        steps_.push_back(std::move(step));
    }
    AddStages(steps_, begin, group.band, threads_, stages_);
  }
  code_->Seal();
}

void Plan::Run(const Tensor& input) {
  *input_ = input.data.data();
  RunStages(stages_, threads_, [&](int step, int begin, int end) { steps_[step].run(begin, end); });
}

std::vector<StepTime> Plan::Profile(const Tensor& input) {
  *input_ = input.data.data();
  std::vector<StepTime> times;
  for (const Step& step : steps_) {
    const auto start = std::chrono::steady_clock::now();
    const int parts = (step.size + kProfileBand - 1) / kProfileBand;
    ParallelFor(parts, threads_, [&](int part) {
      step.run(part * kProfileBand, std::min((part + 1) * kProfileBand, step.size));
    });
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    times.push_back({step.node, step.kernel, elapsed.count(), step.macs});
  }
  return times;
}

Tensor Plan::Output(NodeId id) const {
  Tensor result(ShapeOf(dims_[id]));
  if (memory_->forms(id).planar) {
    std::copy_n(memory_->PlanarOf(id).data, result.data.size(), result.data.data());
  } else {
    const LaneTensor& lanes = memory_->Lanes(id);
    const auto run = GetConvertKernels(isa_).to_planar;
    constexpr int kRows = 16;
    ParallelFor((lanes.height + kRows - 1) / kRows, threads_, [&](int part) {
      run(lanes, result.data.data(), part * kRows, std::min((part + 1) * kRows, lanes.height));
    });
  }
  return result;
}

}  // namespace winnow
