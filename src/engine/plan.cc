#include "engine/plan.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/error.h"
#include "base/parallel.h"
#include "engine/lower.h"
#include "engine/reference.h"
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

}  // namespace

Plan::Plan(const Model& model, Isa isa, KernelChoice kernels, std::int64_t height,
           std::int64_t width)
    : model_(model),
      isa_(isa),
      height_(height),
      width_(width),
      dims_(CheckedDims(model.graph, height, width)),
      layout_(ChooseLayout(model.graph, dims_, Lanes(isa))),
      code_(std::make_unique<CodeMemory>()),
      input_(std::make_unique<const float*>(nullptr)) {
  const std::vector<Unit> units = MakeUnits(model.graph, dims_, layout_);
  memory_ = std::make_unique<Memory>(model.graph, dims_, layout_, units, Lanes(isa));
  const LowerContext context = {model_, dims_, layout_, *memory_, *code_, isa_, kernels};
  for (const Unit& unit : units) {
    for (Step& step : LowerUnit(context, unit, input_.get())) steps_.push_back(std::move(step));
  }
  code_->Seal();
}

void Plan::Run(const Tensor& input, int threads) {
  *input_ = input.data.data();
  for (const Step& step : steps_) ParallelFor(step.jobs, threads, step.run);
}

std::vector<StepTime> Plan::Profile(const Tensor& input, int threads) {
  *input_ = input.data.data();
  std::vector<StepTime> times;
  for (const Step& step : steps_) {
    const auto start = std::chrono::steady_clock::now();
    ParallelFor(step.jobs, threads, step.run);
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
    GetConvertKernels(isa_).to_planar(lanes, result.data.data(), 0, lanes.height);
  }
  return result;
}

}  // namespace winnow
