// Runs a model in libtorch: the second executor, and the oracle of the first. Free of torch
// headers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

struct TorchOptions {
  int threads = 1;
  std::string device = "cpu";  // or "cuda", where the library has it
};

// As Session (engine/session.h): the same input, the same results.
class TorchSession {
 public:
  explicit TorchSession(const Model& model, const TorchOptions& options = {});
  ~TorchSession();
  TorchSession(TorchSession&&) noexcept;
  TorchSession& operator=(TorchSession&&) noexcept;

  Tensor Run(const Tensor& input);
  std::vector<Tensor> RunAll(const Tensor& input);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
