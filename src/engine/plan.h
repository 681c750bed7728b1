// What to do for one model at one input size: steps in order, on memory assigned once.
#pragma once

#include <atomic>
#include <limits>
#include <memory>
#include <vector>

#include "engine/conv_code.h"
#include "engine/cost_model.h"
#include "engine/memory.h"
#include "engine/session.h"
#include "engine/stages.h"
#include "engine/step.h"
#include "graph/model.h"

namespace winnow {

// What the plans of one model share.
struct PlanShared {
  CostModel costs;
  ConvCode code;
};

inline constexpr double kManyRuns = std::numeric_limits<double>::infinity();

class Plan {
 public:
  // `model` outlives the plan. `runs` of it are to be expected: code is generated where that pays
  // within these. Errors: InferDims's; kOutOfBudget when the picture is too large for one pass.
  Plan(const Model& model, Isa isa, const SessionOptions& options, std::int64_t height,
       std::int64_t width, std::shared_ptr<PlanShared> shared = std::make_shared<PlanShared>(),
       double runs = kManyRuns);

  std::int64_t height() const { return height_; }
  std::int64_t width() const { return width_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<Stage>& stages() const { return stages_; }
  const Memory& memory() const { return *memory_; }
  // Whether a plan for more runs would generate more code.
  bool saves_code() const;

  // Runs all steps; `input` is [channels, height, width] of the plan's size. Allocates nothing but
  // what RunSchedule does. Errors: kUnsupported when numbers grow beyond the range of halves.
  void Run(const Tensor& input);
  // The same, timing every step: what threads spend in it, divided by their number.
  std::vector<StepTime> Profile(const Tensor& input);
  // The result of a graph output, after Run.
  Tensor Output(NodeId id) const;

 private:
  void CheckRange();

  const Model& model_;
  Isa isa_;
  int threads_;
  std::int64_t height_;
  std::int64_t width_;
  std::vector<Dims> dims_;
  std::vector<NodeLayout> layout_;
  std::unique_ptr<Memory> memory_;
  std::shared_ptr<PlanShared> shared_;
  std::unique_ptr<const float*>
      input_;  // what the steps read, at an address that moving the plan does not change
  std::unique_ptr<std::atomic<NodeId>> overflown_;  // the same for what they tell
  std::vector<Step> steps_;
  std::vector<int> groups_;  // by step
  std::vector<Stage> stages_;
};

// Plan::memory().bytes() of a plan, without making it. Errors: as of the plan.
std::int64_t PlanBytes(const Graph& graph, Isa isa, const SessionOptions& options,
                       std::int64_t height, std::int64_t width);

}  // namespace winnow
