// What to do for one model at one input size: steps in order, on memory assigned once.
#pragma once

#include <vector>

#include "engine/memory.h"
#include "engine/session.h"
#include "engine/stages.h"
#include "engine/step.h"
#include "graph/model.h"
#include "kernels/conv/jit/code_memory.h"

namespace winnow {

class Plan {
 public:
  // `model` outlives the plan. Errors: InferDims's; kOutOfBudget when the picture is too large for
  // one pass.
  Plan(const Model& model, Isa isa, const SessionOptions& options, std::int64_t height,
       std::int64_t width);

  std::int64_t height() const { return height_; }
  std::int64_t width() const { return width_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<Stage>& stages() const { return stages_; }
  const Memory& memory() const { return *memory_; }

  // Runs all steps; `input` is [channels, height, width] of the plan's size. Allocates nothing but
  // what RunSchedule does.
  void Run(const Tensor& input);
  // Runs and times them one after the other.
  std::vector<StepTime> Profile(const Tensor& input);
  // The result of a graph output, after Run.
  Tensor Output(NodeId id) const;

 private:
  const Model& model_;
  Isa isa_;
  int threads_;
  std::int64_t height_;
  std::int64_t width_;
  std::vector<Dims> dims_;
  std::vector<NodeLayout> layout_;
  std::unique_ptr<Memory> memory_;
  std::unique_ptr<CodeMemory> code_;
  std::unique_ptr<const float*>
      input_;  // what the steps read, at an address that moving the plan does not change
  std::vector<Step> steps_;
  std::vector<Stage> stages_;
};

}  // namespace winnow
