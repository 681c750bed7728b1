// Runs a model on this machine's processor.
#pragma once

#include <memory>
#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

enum class ExecutorKind {
  kReference,  // plain loops, planar: the definition of correct
  kFast,       // our vector kernels in the lane-strided layout
};

struct SessionOptions {
  ExecutorKind executor = ExecutorKind::kFast;
  int threads = 1;
};

// One model, ready to run at any size. Run may be called again and again; it is not thread-safe.
class Session {
 public:
  // The model is copied into packed form; it need not outlive the session. Errors: kUnsupported when WINNOW_ISA names a target
  // that this machine lacks; Validate's.
  explicit Session(const Model& model, const SessionOptions& options = {});
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  // input [channels, h, w] in the network's own numbers (mean subtracted); the result of the graph's last output. Bit-identical
  // for any number of threads. Errors: InferDims's.
  Tensor Run(const Tensor& input);
  // The results of all outputs, in graph order.
  std::vector<Tensor> RunAll(const Tensor& input);

  // The vector target in use, for example "AVX3" or "scalar".
  const char* isa() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
