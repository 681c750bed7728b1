#include "compress/greedy.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "base/error.h"
#include "compress/layer_fit.h"
#include "compress/network.h"
#include "compress/survey.h"
#include "compress/targets.h"
#include "graph/conv_layers.h"
#include "sparsity/allocation.h"

namespace winnow {
namespace {

void Require(bool ok, const std::string& message) {
  if (!ok) throw Error(ErrorKind::kInvalidArgument, message);
}

// A layer is fitted once for all of its uses.
void CheckUses(const Graph& graph) {
  for (const ConvLayer& layer : ConvLayers(graph)) {
    for (NodeId id : layer.uses) {
      if (graph.node(id).op == graph.node(layer.uses[0]).op) continue;
      throw Error(ErrorKind::kUnsupported, graph.node(id).name + ": shares the weight of " +
                                               layer.name + ", but not its bias or geometry");
    }
  }
}

void CheckArguments(const Model& dense, const std::vector<Tensor>& pictures,
                    const LayerCosts& costs, const GreedyOptions& options) {
  Require(dense.patterns.empty(),
          dense.info.name + ": is sparse already; give the dense model it was made of");
  Require(!pictures.empty(), "pruning needs at least one picture");
  for (const Tensor& picture : pictures) {
    Require(picture.shape == pictures.front().shape,
            "pictures to prune with must all have the same extent");
  }
  Require(static_cast<int>(PrunableConvLayers(dense.graph).size()) == costs.layers(),
          "the costs are not those of " + dense.info.name);
  Require(options.budget > 0, "the budget must be greater than 0");
  CheckUses(dense.graph);
}

// A layer that stays dense is refitted only where at least so many pixels speak for each of its
// weights: behind global pooling every picture has one.
constexpr std::int64_t kPixelsPerFeature = 10;

// A prunable layer with its N, or another one that is only refitted.
struct Task {
  ConvLayer layer;
  int n = 0;  // m for one that stays dense
  LayerMoments later_uses;
};

class Pruner {
 public:
  Pruner(const Model& dense, const std::vector<Tensor>& pictures, int m,
         const GreedyOptions& options)
      : dense_(dense, pictures[0].dim(1), pictures[0].dim(2), options.threads),
        pruned_(dense_),
        pictures_(pictures),
        m_(m),
        options_(options) {}

  const Network& dense() const { return dense_; }
  const Model& pruned() const { return pruned_.model(); }
  double output_change() const { return output_change_; }
  double ErrorOf(ParamId weight) const { return errors_.at(weight); }

  // One pass over the network; `on_layer` is called after each layer.
  void Sweep(std::vector<Task>& tasks, const std::function<void()>& on_layer) {
    Walk dense_walk(dense_.graph(), pictures_);
    Walk pruned_walk(dense_.graph(), pictures_);
    bool changed = false;  // are the inputs still those of the dense network?
    while (!dense_walk.done()) {
      const NodeId id = dense_walk.next();
      dense_walk.Step(dense_);
      const auto task = std::ranges::find_if(tasks, [&](const Task& t) {
        return std::ranges::find(t.layer.uses, id) != t.layer.uses.end();
      });
      const bool first = task != tasks.end() && id == task->layer.uses.front();
      if (task != tasks.end() && (changed || task->n < m_)) {
        const LayerMoments moments = GatherMoments(
            dense_.graph(), std::get<Conv2d>(dense_.graph().node(id).op), *pruned_walk.inputs()[0],
            TargetsOf(dense_.graph(), id, dense_walk, pruned_walk), options_.threads);
        if (first) {
          Fit(*task, moments);
          task->later_uses.clear();
          changed = true;
        } else {
          Accumulate(moments, task->later_uses);  // for the next sweep
        }
      }
      if (first) on_layer();
      pruned_walk.Step(pruned_);
    }
    output_change_ = MeanSquaredDifference(pruned_walk.output(), dense_walk.output());
  }

 private:
  void Fit(const Task& task, LayerMoments moments) {
    if (!task.later_uses.empty()) Accumulate(task.later_uses, moments);
    const bool says_enough = moments.front().pixels >= kPixelsPerFeature * moments.front().features;
    if (task.n == m_ && !says_enough) return;
    const LayerFit fit(dense_.model(), task.layer, moments, options_.regularisation);
    LayerFit::Params params =
        task.n == m_ ? fit.Solve()
                     : fit.Solve(fit.Eliminate(m_, options_.threads), task.n, options_.threads);
    errors_[task.layer.weight] = fit.RelativeError(params);
    pruned_.SetParam(task.layer.weight, std::move(params.weight));
    if (task.layer.bias != kNoParam) pruned_.SetParam(task.layer.bias, std::move(params.bias));
  }

  Network dense_;
  Network pruned_;
  const std::vector<Tensor>& pictures_;
  int m_;
  const GreedyOptions& options_;
  std::map<ParamId, double> errors_;
  double output_change_ = 0;
};

// Tells how far the work is, and stops it.
class Progress {
 public:
  Progress(const GreedyOptions& options, std::size_t steps) : options_(options), steps_(steps) {}

  void Step() {
    if (options_.stop != nullptr && *options_.stop) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
    ++done_;
    if (options_.on_progress) {
      options_.on_progress(std::min(1.0, static_cast<double>(done_) / static_cast<double>(steps_)));
    }
  }

 private:
  const GreedyOptions& options_;
  std::size_t steps_;
  std::size_t done_ = 0;
};

// Layers of less than this part of the cost stay dense: pruning them gains nothing.
constexpr double kWorthPruning = 1e-4;

// Of all convolutions of the network, with `prunable` only where pruning pays.
std::vector<ConvLayer> LayersOf(const Graph& graph, const LayerCosts& costs) {
  std::vector<ConvLayer> layers = ConvLayers(graph);
  int number = 0;
  for (ConvLayer& layer : layers) {
    if (!layer.prunable) continue;
    layer.prunable = costs.layer(number++).at.back() >= kWorthPruning * costs.dense();
  }
  return layers;
}

std::vector<double> OnlyDense(int m) {
  std::vector<double> loss(m + 1, std::numeric_limits<double>::infinity());
  loss[m] = 0;
  return loss;
}

// One a convolution, in the order of the first use, with its N; `layers` of the result are begun.
std::vector<Task> PlanTasks(const Pruner& pruner, const std::vector<Tensor>& pictures,
                            const LayerCosts& costs, const GreedyOptions& options,
                            Progress& progress, GreedyResult& result) {
  const Graph& graph = pruner.dense().graph();
  const int m = costs.m();
  const SurveyOptions survey_options{.m = m,
                                     .regularisation = options.regularisation,
                                     .threads = options.threads,
                                     .on_layer = [&] { progress.Step(); }};
  const std::vector<ConvLayer> layers = LayersOf(graph, costs);
  std::vector<LayerSurvey> surveys = Survey(pruner.dense(), layers, pictures, survey_options);

  std::vector<Task> tasks;
  std::vector<std::size_t> prunable;  // tasks, in the order of the costs
  std::vector<std::vector<double>> loss;
  const std::vector<ConvLayer> all = ConvLayers(graph);
  for (std::size_t i = 0; i < all.size(); ++i) {
    tasks.push_back({all[i], m, std::move(surveys[i].later_uses)});
    if (!all[i].prunable) continue;
    prunable.push_back(i);
    loss.push_back(surveys[i].loss.empty() ? OnlyDense(m) : std::move(surveys[i].loss));
  }
  const std::vector<int> chosen = Allocate(costs, loss, options.budget);
  for (std::size_t k = 0; k < prunable.size(); ++k) {
    const int n = chosen[k];
    const LayerCost& cost = costs.layer(static_cast<int>(k));
    tasks[prunable[k]].n = n;
    result.layers.push_back({cost.name, n, loss[k][n], 0, cost.at[n], cost.at[m]});
  }
  result.fraction = costs.Fraction(chosen);
  return tasks;
}

}  // namespace

GreedyResult PruneGreedily(const Model& dense, const std::vector<Tensor>& pictures,
                           const LayerCosts& costs, const GreedyOptions& options) {
  CheckArguments(dense, pictures, costs, options);
  const int m = costs.m();
  Progress progress(options, ConvLayers(dense.graph).size() * (1 + options.sweeps));
  Pruner pruner(dense, pictures, m, options);
  GreedyResult result;
  std::vector<Task> tasks = PlanTasks(pruner, pictures, costs, options, progress, result);
  for (int sweep = 0; sweep < options.sweeps; ++sweep) {
    pruner.Sweep(tasks, [&] { progress.Step(); });
  }

  result.model = pruner.pruned();
  std::size_t number = 0;
  for (const Task& task : tasks) {
    if (!task.layer.prunable) continue;
    GreedyLayer& layer = result.layers[number++];
    if (task.n == m) continue;
    result.model.patterns[task.layer.weight] = {task.n, m};
    layer.error = pruner.ErrorOf(task.layer.weight);
  }
  result.output_change = pruner.output_change();
  Validate(result.model);
  return result;
}

}  // namespace winnow
