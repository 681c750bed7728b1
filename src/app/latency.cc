#include "app/latency.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <tuple>

#include "app/benchmark.h"
#include "app/input_size.h"
#include "base/error.h"
#include "base/random.h"
#include "base/timing.h"
#include "engine/calibrate.h"
#include "graph/cost.h"
#include "graph/shapes.h"
#include "kernels/peak/peak.h"
#include "sparsity/random_mask.h"

namespace winnow {
namespace {

// What is timed of one run of the whole network.
struct Sample {
  double run_ms = 0;
  std::vector<double> layers_ms;
};

class LatencyBench {
 public:
  LatencyBench(const Model& model, const LatencyOptions& options)
      : options_(options), dense_(WithRandomWeights(model)), layers_(PrunableConvs(model.graph)) {
    if (layers_.empty()) {
      throw Error(ErrorKind::kInvalidArgument, model.info.name + ": no layer that may be pruned");
    }
    options_.n.insert(options_.n.end(), {1, options_.m});
    std::ranges::sort(options_.n);
    options_.n.erase(std::ranges::unique(options_.n).begin(), options_.n.end());
    if (options_.m < 1 || options_.n.front() < 1 || options_.n.back() > options_.m) {
      throw Error(ErrorKind::kInvalidArgument,
                  "N must be in 1.." + std::to_string(options_.m) + " (the --m given)");
    }
  }

  LatencyTable Run() {
    RequireMemory(dense_, Session(dense_, {.threads = options_.threads, .costs = options_.costs}),
                  options_.width, options_.height);
    input_ = SyntheticInput(dense_, options_.width, options_.height);
    std::vector<int> mixed(layers_.size());
    Random random(2);
    for (int& n : mixed) n = options_.n[random.Below(options_.n.size())];
    std::vector<std::vector<Sample>> samples(options_.n.size());  // by n, then round
    std::vector<double> checked;
    for (int round = 0; round < options_.rounds; ++round) {
      for (std::size_t i = 0; i < options_.n.size(); ++i) {
        samples[i].push_back(Measure(std::vector<int>(layers_.size(), options_.n[i])));
      }
      checked.push_back(Measure(mixed).run_ms);
    }
    LatencyTable table = TableOf(samples);
    table.checked_ms = Median(checked);
    table.predicted_ms = PredictMilliseconds(table, mixed);
    return table;
  }

 private:
  const Conv2d& LayerOf(std::size_t i) const {
    return std::get<Conv2d>(dense_.graph.node(layers_[i]).op);
  }

  // With n[i] of m kept in layer i; the first node of a shared weight decides.
  Model Pruned(const std::vector<int>& n) const {
    Model model = dense_;
    Random random(3);
    std::set<ParamId> done;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const ParamId weight = LayerOf(i).weight;
      if (!done.insert(weight).second) continue;
      KeepRandom({n[i], options_.m}, random, model.weights[weight]);
    }
    return model;
  }

  Sample Measure(const std::vector<int>& n) {
    if (options_.stop && *options_.stop) throw Error(ErrorKind::kInterrupted, "interrupted");
    Session session(Pruned(n),
                    {.threads = options_.threads, .costs = options_.costs, .expected_runs = 1e6});
    isa_ = session.isa();
    session.Run(input_);  // makes the plan and touches the memory
    Sample sample;
    const auto start = std::chrono::steady_clock::now();
    session.Run(input_);
    sample.run_ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::map<std::string, double> by_name;
    for (const StepTime& step : session.Profile(input_)) by_name[step.node] += step.milliseconds;
    for (NodeId layer : layers_) {
      sample.layers_ms.push_back(by_name[dense_.graph.node(layer).name]);
    }
    const double all =
        static_cast<double>(options_.rounds) * static_cast<double>(options_.n.size() + 1);
    if (options_.on_progress) options_.on_progress(++measured_ / all);
    return sample;
  }

  // Layers in classes of equal shape, each a list of indices.
  std::vector<std::vector<std::size_t>> Classes() const {
    const std::vector<Dims> dims = InferDims(dense_.graph, options_.height, options_.width);
    std::map<std::tuple<Shape, int, int, std::int64_t, std::int64_t>, std::vector<std::size_t>>
        classes;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Conv2d& conv = LayerOf(i);
      const Dims& out = dims[layers_[i]];
      classes[{dense_.weights[conv.weight].shape, conv.stride, conv.groups, out.height, out.width}]
          .push_back(i);
    }
    std::vector<std::vector<std::size_t>> lists;
    for (auto& [key, list] : classes) lists.push_back(std::move(list));
    return lists;
  }

  LatencyTable TableOf(const std::vector<std::vector<Sample>>& samples) const {
    LatencyTable table;
    table.model = dense_.info.name;
    table.cpu = CpuName();
    table.isa = isa_;
    table.threads = options_.threads;
    table.width = options_.width;
    table.height = options_.height;
    table.m = options_.m;
    table.peak = MeasureFmaPeak();
    std::vector<double> rests;
    for (const std::vector<Sample>& rounds : samples) {
      for (const Sample& s : rounds) {
        double rest = s.run_ms;
        for (double ms : s.layers_ms) rest -= ms;
        rests.push_back(std::max(rest, 0.0));
      }
    }
    table.rest_ms = Median(rests);
    const std::vector<Dims> dims = InferDims(dense_.graph, options_.height, options_.width);
    table.layers.resize(layers_.size());
    for (const std::vector<std::size_t>& equal : Classes()) {
      std::vector<double> ms;
      for (const std::vector<Sample>& rounds : samples) ms.push_back(TimeOf(equal, rounds));
      for (std::size_t i : equal) {
        const LayerLatency layer = {dense_.graph.node(layers_[i]).name,
                                    dense_.weights[LayerOf(i).weight].shape,
                                    NodeMacs(dense_.graph, layers_[i], dims),
                                    {},
                                    {}};
        table.layers[i] = CompleteLatency(layer, options_.m, options_.n, ms);
      }
    }
    return table;
  }

  // The mean of the layers, median of the rounds.
  static double TimeOf(const std::vector<std::size_t>& equal, const std::vector<Sample>& rounds) {
    std::vector<double> means;
    for (const Sample& s : rounds) {
      double sum = 0;
      for (std::size_t i : equal) sum += s.layers_ms[i];
      means.push_back(sum / static_cast<double>(equal.size()));
    }
    return Median(means);
  }

  LatencyOptions options_;
  const Model dense_;
  const std::vector<NodeId> layers_;
  Tensor input_;
  std::string isa_;
  double measured_ = 0;
};

}  // namespace

std::vector<int> UsualN(int m) {
  std::vector<int> n;
  for (int i = 1; i < m; i *= 2) n.push_back(i);
  return n;
}

LatencyTable MeasureLatencies(const Model& model, const LatencyOptions& options) {
  if (options.rounds < 1) throw Error(ErrorKind::kInvalidArgument, "at least one round is needed");
  return LatencyBench(model, options).Run();
}

}  // namespace winnow
