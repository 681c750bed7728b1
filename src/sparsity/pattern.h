// N:M patterns: of every M consecutive input channels (for one output channel and kernel tap), N
// are kept.
#pragma once

#include <string>

namespace winnow {

// n of m. Dense is n == m. Valid: 1 <= n <= m <= 256.
struct Pattern {
  int n = 1;
  int m = 1;
  bool operator==(const Pattern&) const = default;
};

inline double Density(const Pattern& p) { return static_cast<double>(p.n) / p.m; }

// Weights kept in a group of `channels` input channels, channels <= m: ceil(n * channels / m), so
// that a short last group is as dense as the others.
inline int KeptInGroup(const Pattern& p, int channels) { return (p.n * channels + p.m - 1) / p.m; }

inline std::string ToString(const Pattern& p) {
  return std::to_string(p.n) + ":" + std::to_string(p.m);
}

}  // namespace winnow
