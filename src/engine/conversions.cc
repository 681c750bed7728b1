#include "engine/conversions.h"

#include <utility>

#include "kernels/layout/convert.h"

namespace winnow {
namespace {

// One that reads the result `id` on lanes, row by row.
Step Reading(const LowerContext& c, NodeId id, const char* kernel, NodeId result, int rows,
             std::function<void(int, int)> run) {
  return RowStep(c.node(id).name, kernel, result,
                 {rows, {}, WithSources(c.model.graph, {{id, {}}})}, std::move(run));
}

}  // namespace

std::vector<Step> LanesFromPlanar(const LowerContext& c, NodeId id,
                                  const std::function<const float*()>& planar) {
  const auto run = GetConvertKernels(c.isa).to_lanes;
  std::vector<Step> steps;
  for (Element element : {Element::kFloat, Element::kHalf}) {
    if (!c.memory.forms(id).On(element)) continue;
    const LaneTensor& lanes = c.memory.Lanes(id, element);
    steps.push_back(RowStep(c.node(id).name, "to lanes", id, {lanes.height, {}, {}},
                            [=](int begin, int end) { run(planar(), lanes, begin, end); }));
  }
  return steps;
}

std::vector<Step> OtherForms(const LowerContext& c, NodeId id, Element made) {
  const ConvertKernels kernels = GetConvertKernels(c.isa);
  const LaneTensor& from = c.memory.Lanes(id, made);
  std::vector<Step> steps;
  if (c.memory.forms(id).planar) {
    float* const planar = c.memory.PlanarOf(id).data;
    steps.push_back(Reading(
        c, id, "to planar", kNoNode, from.height,
        [=, run = kernels.to_planar](int begin, int end) { run(from, planar, begin, end); }));
  }
  const bool half = made == Element::kHalf;
  const Element other = half ? Element::kFloat : Element::kHalf;
  if (c.memory.forms(id).On(other)) {
    const LaneTensor& to = c.memory.Lanes(id, other);
    const auto run = half ? kernels.widen : kernels.narrow;
    steps.push_back(Reading(c, id, half ? "to fp32" : "to fp16", id, from.height,
                            [=](int begin, int end) { run(from, to, begin, end); }));
  }
  return steps;
}

}  // namespace winnow
