// What a layer loses of its magnitude under N:M.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace winnow {

// loss[n], n = 0..m: the part of the layer's sum of absolute weights that is masked when n of m are
// kept, from 1 at n = 0 to 0 at n = m. `ranks` are those of the weights (ranks.h). A layer of zeros
// loses nothing.
std::vector<double> MagnitudeLoss(std::span<const float> weight,
                                  std::span<const std::uint8_t> ranks, int m);

}  // namespace winnow
