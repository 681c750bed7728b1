// Sums of outer products: the matrices of least squares and their corrections.
#pragma once

#include "kernels/isa.h"

namespace winnow {

// Matrices that RankUpdate works on have rows of a multiple of this many floats.
inline constexpr int kRankUpdateBlock = 48;

// n, rounded up to such a multiple.
inline int RankUpdateWidth(int n) {
  return (n + kRankUpdateBlock - 1) / kRankUpdateBlock * kRankUpdateBlock;
}

// c[i * width + j] += sign * sum over r < rows of x[r * width + i] * x[r * width + j], for all
// 0 <= i <= j < width; below the diagonal c is left undefined. `width` is a multiple of
// kRankUpdateBlock; x and c are aligned to kAlignment and do not overlap. The terms are added in
// the order of r.
using RankUpdateFn = void (*)(const float* x, int rows, int width, float sign, float* c);

RankUpdateFn GetRankUpdate(Isa isa);

}  // namespace winnow
