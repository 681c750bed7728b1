// Priority-ordered pruning (Oh et al., CVPR 2022): which groups of importance a layer keeps, as a
// function that can be learned by gradient descent.
//
// A layer has m - 1 factors k_1..k_{m-1}. The group of the i-th largest weights has priority
//     p_1 = 1,   p_i = clamp(k_1) * ... * clamp(k_{i-1}),   clamp to [0, kLargestFactor]
// and is kept where p_i > 1/2:  b_i = [p_i > 1/2].  N = b_1 + ... + b_m, so that 1 <= N <= m. The
// gradient passes through the comparison as if it were not there.
//
// Without the order (to see what it is good for) p_i = clamp(k_{i-1}): each group stands for
// itself.
#pragma once

#include <span>
#include <vector>

namespace winnow {

// Slightly above 1, so that a factor can win back what others lost.
inline constexpr float kLargestFactor = 1.03f;

// p_1..p_m of m - 1 factors.
std::vector<float> Priorities(std::span<const float> factors, bool ordered = true);

// b_1..b_m, each 0 or 1.
std::vector<float> KeptGroups(std::span<const float> factors, bool ordered = true);

// N.
int KeptGroupCount(std::span<const float> factors, bool ordered = true);

// dL/dk_1..dL/dk_{m-1} from dL/db_1..dL/db_m.
std::vector<float> FactorGradient(std::span<const float> factors, std::span<const float> kept,
                                  bool ordered = true);

}  // namespace winnow
