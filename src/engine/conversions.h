// Steps that bring a result from the form in which it is made into the others that it is wanted in.
#pragma once

#include <functional>
#include <vector>

#include "engine/lower.h"

namespace winnow {

// To all forms on lanes, from where `planar` says when the steps run.
std::vector<Step> LanesFromPlanar(const LowerContext& context, NodeId id,
                                  const std::function<const float*()>& planar);

// To planar and to lanes of the other element, from those of `made`.
std::vector<Step> OtherForms(const LowerContext& context, NodeId id, Element made);

}  // namespace winnow
