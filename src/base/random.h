// A random generator whose whole state is four words, so that a run can be resumed exactly and gives
// the same numbers on every platform (the standard distributions do not promise that).
#pragma once

#include <array>
#include <cstdint>

namespace winnow {

// xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.
class Random {
 public:
  using State = std::array<std::uint64_t, 4>;

  explicit Random(std::uint64_t seed);
  explicit Random(const State& state) : state_(state) {}

  const State& state() const { return state_; }

  std::uint64_t Next();
  // Uniform in [0, bound); bound >= 1. Free of modulo bias.
  std::uint64_t Below(std::uint64_t bound);
  // Uniform in [0, 1), 53 bits.
  double Uniform();
  // Standard normal (Box-Muller, one of the pair is thrown away to keep the state small).
  double Normal();
  bool Coin() { return (Next() >> 63) != 0; }

 private:
  State state_;
};

}  // namespace winnow
