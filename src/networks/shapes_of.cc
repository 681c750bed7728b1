#include "networks/shapes_of.h"

#include "networks/blocks.h"

namespace winnow {

std::optional<int> FiltersOf(const TensorShapes& tensors, const std::string& name) {
  constexpr std::int64_t kMost = 1 << 16;
  const auto found = tensors.find(name);
  if (found == tensors.end() || found->second.empty() || found->second[0] > kMost) {
    return std::nullopt;
  }
  return static_cast<int>(found->second[0]);
}

int CountNumbered(const TensorShapes& tensors, const std::string& prefix, const std::string& suffix,
                  int first) {
  int count = 0;
  while (tensors.contains(Numbered(prefix, first + count) + suffix)) ++count;
  return count;
}

}  // namespace winnow
