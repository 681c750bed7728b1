// What restoring needs of an executor, so that the engine and libtorch can both serve.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <utility>

#include "tensor/tensor.h"

namespace winnow {

// Bytes for an input of height x width.
using BytesFor = std::function<std::int64_t(std::int64_t height, std::int64_t width)>;

// One forward pass: input [channels, h, w] in the network's own numbers, the graph's last output.
class Runner {
 public:
  // `bytes` are what the executor takes; empty: what running node by node would.
  template <std::invocable<const Tensor&> Run>
  Runner(Run run, BytesFor bytes = {})  // NOLINT: a function is a runner
      : run_(std::move(run)), bytes_(std::move(bytes)) {}

  Tensor operator()(const Tensor& input) const { return run_(input); }
  const BytesFor& bytes() const { return bytes_; }

 private:
  std::function<Tensor(const Tensor&)> run_;
  BytesFor bytes_;
};

}  // namespace winnow
