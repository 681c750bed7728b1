#include "engine/session.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <optional>

#include "base/error.h"
#include "engine/cost_cache.h"
#include "engine/plan.h"
#include "engine/reference.h"
#include "engine/select.h"
#include "graph/shapes.h"
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

// Plans by input size, the last one used first.
class PlanCache {
 public:
  PlanCache(const Model& model, const SessionOptions& options) : model_(model), options_(options) {}

  void Start(Isa isa) {
    isa_ = isa;
    shared_->costs = CostsFor(isa, options_.costs);
  }

  Plan& For(std::int64_t height, std::int64_t width) {
    const auto found = std::ranges::find_if(
        plans_, [&](const Plan& plan) { return plan.height() == height && plan.width() == width; });
    double runs = options_.expected_runs;
    if (found != plans_.end()) {
      plans_.splice(plans_.begin(), plans_, found);
      if (!plans_.front().saves_code()) return plans_.front();
      plans_.pop_front();
      runs = kManyRuns;  // who comes twice comes again
    }
    MakeRoom();
    plans_.emplace_front(model_, isa_, options_, height, width, shared_, runs);
    return plans_.front();
  }

  std::int64_t arena_bytes() const { return plans_.empty() ? 0 : plans_.front().memory().bytes(); }

 private:
  // What plans other than the one in use may take together.
  static constexpr std::int64_t kMostBytes = std::int64_t{64} << 20;
  static constexpr std::size_t kMostPlans = 9;  // sides, corners and middle of a tiled picture

  void MakeRoom() {
    std::int64_t bytes = 0;
    std::size_t count = 1;
    std::erase_if(plans_, [&](const Plan& plan) {
      bytes += plan.memory().bytes();
      return bytes > kMostBytes || ++count > kMostPlans;
    });
  }

  const Model& model_;
  const SessionOptions& options_;
  Isa isa_ = Isa::kScalar;
  std::shared_ptr<PlanShared> shared_ = std::make_shared<PlanShared>();
  std::list<Plan> plans_;
};

}  // namespace

struct Session::Impl {
  Impl(const Model& m, const SessionOptions& o) : model(m), options(o), plans(model, options) {
    CheckWeights(model);
    if (options.executor != ExecutorKind::kFast) return;
    isa = ChooseIsa();
    options.kernels = ChooseKernels(options.kernels, *isa);
    if (options.precision == Precision::kBf16) RequireBf16(*isa);
    if (options.precision == Precision::kFp16) RequireFp16(options.kernels, *isa);
    plans.Start(*isa);
  }

  Plan& PlanFor(const Tensor& input) { return plans.For(input.dim(1), input.dim(2)); }

  Model model;
  SessionOptions options;
  std::optional<Isa> isa;  // none: the reference
  PlanCache plans;
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
  StepTime step;
  step.node = impl_->model.info.name;
  step.kernel = "reference";
  step.milliseconds = elapsed.count();
  return {step};
}

std::int64_t Session::arena_bytes() const { return impl_->plans.arena_bytes(); }

std::int64_t Session::BytesFor(std::int64_t height, std::int64_t width) const {
  const Graph& graph = impl_->model.graph;
  const std::vector<Dims> dims = InferDims(graph, height, width);
  if (!impl_->isa) {
    std::int64_t sum = 0;
    for (const Dims& d : dims) sum += FloatBytes(d);
    return sum;
  }
  return FloatBytes(dims[0]) + FloatBytes(dims[graph.output()]) +
         PlanBytes(graph, *impl_->isa, impl_->options, height, width);
}

const char* Session::isa() const { return impl_->isa ? Name(*impl_->isa).data() : "none"; }

}  // namespace winnow
