#include "engine/plan.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>

#include "base/error.h"
#include "base/parallel.h"
#include "engine/halves.h"
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

// Measured. Where L2 is small (1 MiB on Zen 4), L3 is near: even from there rows come faster than
// whole planes from memory. Where it is large (2 MiB on Intel's servers), L3 is far: rows beyond L2
// push out the generated code of the group as well, and two threads are then a third slower.
std::int64_t BytesForRows(std::int64_t l2_bytes) {
  constexpr std::int64_t kLarge = 2 << 20;
  return l2_bytes >= kLarge ? l2_bytes / 4 : l2_bytes * 5 / 2;
}

GroupLimits LimitsOf(const SessionOptions& options, Isa isa) {
  const std::vector<ConvKernel> kernels = AllowedKernels(options.kernels, isa, TapList());
  const bool generated = std::any_of(kernels.begin(), kernels.end(),
                                     [](const ConvKernel& k) { return k.generate != nullptr; });
  // Compiled kernels share inputs and weights between the rows of a tile. Rows of halves are so
  // short that fetching the code for one shows.
  const int rows_of_code = options.precision == Precision::kFp16 ? 2 : 1;
  GroupLimits limits = {options.cache_bytes, generated ? rows_of_code : 4};
  if (limits.cache_bytes == 0) limits.cache_bytes = BytesForRows(L2CacheBytes());
  return limits;
}

// What a plan does, before kernels are chosen.
struct Outline {
  std::vector<Dims> dims;
  std::vector<NodeLayout> layout;
  std::vector<Unit> units;
  std::vector<UnitGroup> groups;
};

Outline MakeOutline(const Graph& graph, Isa isa, const SessionOptions& options, std::int64_t height,
                    std::int64_t width) {
  const bool halves = options.precision == Precision::kFp16;
  Outline o;
  o.dims = CheckedDims(graph, height, width);
  o.layout = ChooseLayout(graph, o.dims, Lanes(isa), halves);
  o.units = MakeUnits(graph, o.dims, o.layout);
  if (halves) ChooseHalves(graph, o.units, o.layout);
  o.groups = GroupUnits(graph, o.dims, o.layout, o.units, Lanes(isa), LimitsOf(options, isa));
  return o;
}

}  // namespace

std::int64_t PlanBytes(const Graph& graph, Isa isa, const SessionOptions& options,
                       std::int64_t height, std::int64_t width) {
  const Outline o = MakeOutline(graph, isa, options, height, width);
  return MemoryBytes(graph, o.dims, o.layout, o.units, o.groups, Lanes(isa));
}

Plan::Plan(const Model& model, Isa isa, const SessionOptions& options, std::int64_t height,
           std::int64_t width, std::shared_ptr<PlanShared> shared, double runs)
    : model_(model),
      isa_(isa),
      threads_(options.threads),
      height_(height),
      width_(width),
      shared_(std::move(shared)),
      input_(std::make_unique<const float*>(nullptr)),
      overflown_(std::make_unique<std::atomic<NodeId>>(kNoNode)) {
  Outline outline = MakeOutline(model.graph, isa, options, height, width);
  dims_ = std::move(outline.dims);
  layout_ = std::move(outline.layout);
  const std::vector<Unit>& units = outline.units;
  const std::vector<UnitGroup>& groups = outline.groups;
  memory_ = std::make_unique<Memory>(model.graph, dims_, layout_, units, groups, Lanes(isa));
  const LowerContext context = {model_,
                                dims_,
                                layout_,
                                *memory_,
                                shared_->code,
                                shared_->costs,
                                runs,
                                isa_,
                                options.kernels,
                                options.precision,
                                std::make_shared<ScratchPool>(threads_),
                                overflown_.get()};
  // Packing weights and generating code is what takes the time.
  std::vector<std::vector<Step>> lowered(units.size());
  ParallelFor(static_cast<int>(units.size()), threads_,
              [&](int u) { lowered[u] = LowerUnit(context, units[u], input_.get()); });
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const int begin = static_cast<int>(steps_.size());
    for (int u = groups[g].begin; u < groups[g].end; ++u) {
      for (Step& step : lowered[u]) steps_.push_back(std::move(step));
    }
    groups_.resize(steps_.size(), static_cast<int>(g));
    AddStages(steps_, begin, groups[g].band, threads_, stages_);
  }
}

bool Plan::saves_code() const { return std::ranges::any_of(steps_, &Step::saves_code); }

void Plan::Run(const Tensor& input) {
  *input_ = input.data.data();
  RunStages(stages_, threads_, [&](int step, int begin, int end) { steps_[step].run(begin, end); });
  CheckRange();
}

void Plan::CheckRange() {
  const NodeId node = overflown_->exchange(kNoNode);
  if (node == kNoNode) return;
  throw Error(ErrorKind::kUnsupported, "node '" + model_.graph.node(node).name +
                                           "': a number exceeds 65504, the largest of fp16; use "
                                           "another precision");
}

std::vector<StepTime> Plan::Profile(const Tensor& input) {
  using Clock = std::chrono::steady_clock;
  *input_ = input.data.data();
  std::vector<std::atomic<Clock::rep>> ticks(steps_.size());
  RunStages(stages_, threads_, [&](int step, int begin, int end) {
    const Clock::time_point start = Clock::now();
    steps_[step].run(begin, end);
    ticks[step] += (Clock::now() - start).count();
  });
  CheckRange();
  std::vector<StepTime> times;
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    const Step& step = steps_[s];
    const std::chrono::duration<double, std::milli> spent = Clock::duration(ticks[s]);
    const double predicted = shared_->costs.Milliseconds(step.cost, Lanes(isa_)) / threads_;
    times.push_back({step.node, step.kernel, spent.count() / threads_, step.macs, step.why,
                     predicted, groups_[s]});
  }
  return times;
}

Tensor Plan::Output(NodeId id) const {
  Tensor result(ShapeOf(dims_[id]));
  if (memory_->forms(id).planar) {
    std::copy_n(memory_->PlanarOf(id).data, result.data.size(), result.data.data());
  } else {
    const Element element = memory_->forms(id).floats ? Element::kFloat : Element::kHalf;
    const LaneTensor& lanes = memory_->Lanes(id, element);
    const auto run = GetConvertKernels(isa_).to_planar;
    constexpr int kRows = 16;
    ParallelFor((lanes.height + kRows - 1) / kRows, threads_, [&](int part) {
      run(lanes, result.data.data(), part * kRows, std::min((part + 1) * kRows, lanes.height));
    });
  }
  return result;
}

}  // namespace winnow
