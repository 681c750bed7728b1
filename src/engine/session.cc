#include "engine/session.h"

#include <chrono>
#include <optional>

#include "base/error.h"
#include "engine/plan.h"
#include "engine/reference.h"
#include "engine/select.h"
#include "kernels/isa.h"

namespace winnow {
namespace {

void CheckWeights(const Model& model) {
  const std::vector<Param>& params = model.graph.params();
  if (model.weights.size() != params.size()) {
    throw Error(ErrorKind::kInvalidArgument,
                "session: the model has " + std::to_string(model.weights.size()) + " weights for " +
                    std::to_string(params.size()) + " params");
  }
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (model.weights[i].shape != params[i].shape ||
        model.weights[i].size() != ElementCount(params[i].shape)) {
      throw Error(ErrorKind::kInvalidArgument, "session: weight '" + params[i].name + "' is " +
                                                   ToString(model.weights[i].shape) +
                                                   " instead of " + ToString(params[i].shape));
    }
  }
}

void CheckInput(const Graph& graph, const Tensor& input) {
  if (input.shape.size() != 3 || input.dim(0) != graph.input_channels() ||
      input.size() != ElementCount(input.shape)) {
    throw Error(ErrorKind::kInvalidArgument,
                "session: the input is " + ToString(input.shape) + ", wanted [" +
                    std::to_string(graph.input_channels()) + ", height, width]");
  }
}

}  // namespace

struct Session::Impl {
  Impl(const Model& m, const SessionOptions& o) : model(m), options(o) {
    CheckWeights(model);
    if (options.executor != ExecutorKind::kFast) return;
    isa = ChooseIsa();
    options.kernels = ChooseKernels(options.kernels, *isa);
  }

  Plan& PlanFor(const Tensor& input) {
    if (!plan || plan->height() != input.dim(1) || plan->width() != input.dim(2)) {
      plan.reset();  // its memory first
      plan.emplace(model, *isa, options, input.dim(1), input.dim(2));
    }
    return *plan;
  }

  Model model;
  SessionOptions options;
  std::optional<Isa> isa;  // none: the reference
  std::optional<Plan> plan;
};

Session::Session(const Model& model, const SessionOptions& options)
    : impl_(std::make_unique<Impl>(model, options)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Tensor Session::Run(const Tensor& input) {
  CheckInput(impl_->model.graph, input);
  if (!impl_->isa) return RunReference(impl_->model, input).back();
  Plan& plan = impl_->PlanFor(input);
  plan.Run(input);
  return plan.Output(impl_->model.graph.output());
}

std::vector<Tensor> Session::RunAll(const Tensor& input) {
  CheckInput(impl_->model.graph, input);
  if (!impl_->isa) return RunReference(impl_->model, input);
  Plan& plan = impl_->PlanFor(input);
  plan.Run(input);
  std::vector<Tensor> results;
  for (NodeId id : impl_->model.graph.outputs()) results.push_back(plan.Output(id));
  return results;
}

std::vector<StepTime> Session::Profile(const Tensor& input) {
  CheckInput(impl_->model.graph, input);
  if (impl_->isa) return impl_->PlanFor(input).Profile(input);
  const auto start = std::chrono::steady_clock::now();
  RunReference(impl_->model, input);
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  return {{impl_->model.info.name, "reference", elapsed.count(), 0}};
}

const char* Session::isa() const { return impl_->isa ? Name(*impl_->isa).data() : "none"; }

}  // namespace winnow
