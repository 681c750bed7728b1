#include "training/torch_session.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <ATen/Parallel.h>

#include "base/error.h"
#include "graph/shapes.h"
#include "training/at_tensor.h"
#include "training/graph_forward.h"

namespace winnow {

struct TorchSession::Impl {
  Graph graph;
  std::vector<at::Tensor> weights;
  at::Device device;
  int threads;
};

TorchSession::TorchSession(const Model& model, const TorchOptions& options) {
  Validate(model);
  const at::Device device = ParseDevice(options.device);
  impl_ = std::make_unique<Impl>(
      Impl{model.graph, ToAten(model.weights, device), device, options.threads});
}

TorchSession::~TorchSession() = default;
TorchSession::TorchSession(TorchSession&&) noexcept = default;
TorchSession& TorchSession::operator=(TorchSession&&) noexcept = default;

std::vector<Tensor> TorchSession::RunAll(const Tensor& input) {
  const Graph& graph = impl_->graph;
  if (input.shape.size() != 3 || input.dim(0) != graph.input_channels()) {
    throw Error(ErrorKind::kInvalidArgument, "network input must be [" +
                                                 std::to_string(graph.input_channels()) +
                                                 ", height, width], not " + ToString(input.shape));
  }
  InferDims(graph, input.dim(1), input.dim(2));  // for its errors, which name the node
  at::NoGradGuard no_grad;
  at::set_num_threads(impl_->threads);
  const at::Tensor batch = ToAten(input, impl_->device).unsqueeze(0);
  std::vector<Tensor> results;
  for (const at::Tensor& output : GraphForward(graph, batch, impl_->weights)) {
    results.push_back(FromAten(output[0]));
  }
  return results;
}

Tensor TorchSession::Run(const Tensor& input) { return RunAll(input).back(); }

}  // namespace winnow
