// Every network of the registry with random weights, small enough to be checked number by number.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

// By ParamId: convolutions of unit gain, some dense, some sparse; small biases and slopes.
std::vector<Tensor> RandomWeights(const Graph& graph, std::uint64_t seed);

// Narrow and shallow where the network's settings allow; `settings` come first.
Model SmallNetwork(const std::string& name, const std::map<std::string, int>& settings = {});

struct Size {
  std::int64_t height;
  std::int64_t width;
};

// Odd sizes, one pixel among them, made multiples of what the model asks for; without those that
// the network refuses and those of more than `max_macs`.
std::vector<Size> SizesFor(const Model& model, std::int64_t max_macs);

Tensor RandomInput(std::int64_t channels, Size size, std::uint64_t seed);

// The worst node of a run: `nodes` are the results of all nodes but the input, in order.
struct WorstNode {
  double deviation = 0;  // WorstDeviation (engine/bounds.h)
  std::string name;
};
WorstNode FindWorstNode(const Model& model, const Tensor& input, const std::vector<Tensor>& nodes);

std::vector<std::string> NetworkNames();

}  // namespace winnow
