// From units to steps: operators meet kernels here.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/conv_code.h"
#include "engine/memory.h"
#include "engine/rows.h"
#include "engine/session.h"
#include "engine/step.h"
#include "engine/units.h"
#include "graph/model.h"
#include "graph/shapes.h"
#include "kernels/isa.h"
#include "kernels/winograd/scratch.h"

namespace winnow {

// What lowering looks at; all outlive the steps.
struct LowerContext {
  const Model& model;
  const std::vector<Dims>& dims;
  const std::vector<NodeLayout>& layout;
  const Memory& memory;
  ConvCode& code;
  const CostModel& costs;
  double runs;  // that the steps will be good for; what making code is weighed against
  Isa isa;
  KernelChoice kernels;
  Precision precision;
  std::shared_ptr<ScratchPool> scratch;  // for all steps
  std::atomic<NodeId>* overflown;        // gets a node that left the range of halves

  const Node& node(NodeId id) const { return model.graph.node(id); }
  std::optional<RowAccess> RowsOf(const Unit& unit) const {
    std::optional<RowAccess> access = winnow::RowsOf(model.graph, dims, layout, unit);
    if (access) access->reads = WithSources(model.graph, access->reads);
    return access;
  }
  // On which lanes the operator is done.
  Element ElementOf(NodeId id) const { return layout[id].element(); }
};

// The steps that make a unit's result in every form it is wanted in. The network's input is at
// *input when they run. None for units whose result is a part of another. Errors: kOutOfBudget when
// rows are too long for a kernel's addresses. Several threads may lower units at once.
std::vector<Step> LowerUnit(const LowerContext& context, const Unit& unit,
                            const float* const* input);

// A convolution on lanes with all it fuses.
Step LowerConv(const LowerContext& context, const Unit& unit);

}  // namespace winnow
