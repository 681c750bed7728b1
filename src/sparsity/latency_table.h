// How long each layer of a network takes with N of M weights kept: what a search for masks under a
// budget of time looks up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace winnow {

// The time of one layer for N = 1..M.
struct LayerLatency {
  std::string name;            // the graph's node
  Shape shape;                 // of its weight
  std::int64_t macs = 0;       // dense
  std::vector<double> ms;      // by N - 1; never falls with N
  std::vector<bool> measured;  // by N - 1; the others are interpolated
  bool operator==(const LayerLatency&) const = default;
};

struct LatencyTable {
  std::string model;
  std::string cpu;
  std::string isa;
  int threads = 1;
  int width = 0;  // of the input
  int height = 0;
  int m = 32;                        // patterns are N:m
  double peak = 0;                   // multiply-adds a second / 1e9 of one thread, at most
  double rest_ms = 0;                // everything but `layers`
  std::vector<LayerLatency> layers;  // in graph order
  // A network with an N of its own for each layer, measured as a whole and as the sum above.
  double checked_ms = 0;
  double predicted_ms = 0;
  bool operator==(const LatencyTable&) const = default;
};

// The whole network with n[i] of m kept in layers[i]. Errors: kInvalidArgument when the lengths
// differ or an n is outside 1..m.
double PredictMilliseconds(const LatencyTable& table, const std::vector<int>& n);

// From some measured N to all of 1..m: times that fall with N, as noise makes them, are levelled to
// their mean (isotonic regression), those between are interpolated linearly. `n` rises strictly and
// includes 1 and m. Errors: kInvalidArgument.
LayerLatency CompleteLatency(LayerLatency layer, int m, const std::vector<int>& n,
                             const std::vector<double>& ms);

}  // namespace winnow
