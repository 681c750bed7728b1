// All that training with N:M patterns remembers between steps.
#pragma once

#include <cstdint>
#include <vector>

#include "sparsity/sls.h"

namespace winnow {

struct SparsityState {
  std::vector<std::vector<std::uint8_t>>
      ranks;                   // by layer, as the weights lie; empty before step 0
  SlsState search;             // frozen from the start but for sls
  std::int64_t snapshots = 0;  // of the recipe's, passed so far
  bool operator==(const SparsityState&) const = default;
};

}  // namespace winnow
