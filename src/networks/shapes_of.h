// What names and shapes of tensors say about the network they belong to.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tensor/tensor.h"

namespace winnow {

using TensorShapes = std::map<std::string, Shape>;

// The first extent of a tensor; nothing where there is no such tensor or it is beyond any setting.
std::optional<int> FiltersOf(const TensorShapes& tensors, const std::string& name);

// How many of PREFIX0SUFFIX, PREFIX1SUFFIX, ... there are from `first` on without a gap.
int CountNumbered(const TensorShapes& tensors, const std::string& prefix, const std::string& suffix,
                  int first = 0);

}  // namespace winnow
