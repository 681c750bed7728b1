// engine_bench [NETWORK [RUNS [KEPT...]]]
// What grouping operators and a second thread gain: a network at 320x180 with random weights, dense
// and with KEPT of 32 input channels, on one thread and two, operators one by one and in groups; in
// groups also in half precision, where the processor has that. All in turns, with the peak of
// multiply-adds in float measured beside them; medians, percent of that peak (only weights other
// than zero count).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "base/timing.h"
#include "engine/session.h"
#include "graph/cost.h"
#include "kernels/peak/peak.h"
#include "networks/registry.h"
#include "sparsity/random_mask.h"

namespace winnow {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 180;

// Normal weights under which convolutions about keep the variance of their input; `kept` of 32 in
// every prunable convolution.
void FillSparse(int kept, Model& model, Random& random) {
  for (const Param& param : model.graph.params()) {
    Tensor& weight = model.weights.emplace_back(param.shape);
    const double terms = static_cast<double>(weight.size()) / static_cast<double>(weight.dim(0));
    for (float& v : weight.data) v = static_cast<float>(random.Normal() / std::sqrt(terms));
  }
  for (NodeId id : PrunableConvs(model.graph)) {
    const ParamId weight = std::get<Conv2d>(model.graph.node(id).op).weight;
    KeepRandom({kept, 32}, random, model.weights[weight]);
  }
}

// One way to run the model.
struct Contender {
  std::string name;
  int threads;
  Session session;
  std::vector<double> ms = {};

  double Percent(double gmacs, double peak) const {
    return 100 * gmacs / (1e-3 * Median(ms)) / (peak * threads);
  }
};

void Time(Contender& c, const Tensor& input) {
  const auto start = std::chrono::steady_clock::now();
  c.session.Run(input);
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  c.ms.push_back(elapsed.count());
}

std::string Label(const char* order, int threads) {
  return std::string(order) + ", " + std::to_string(threads) +
         (threads == 1 ? " thread" : " threads");
}

std::vector<Contender> MakeContenders(const Model& model) {
  std::vector<Contender> contenders;
  for (int threads : {1, 2}) {
    for (bool groups : {false, true}) {
      const SessionOptions options = {.threads = threads, .cache_bytes = groups ? 0 : 1};
      contenders.push_back(
          {Label(groups ? "in groups" : "one by one", threads), threads, Session(model, options)});
    }
  }
  if (MeasureHalfFmaPeak() == 0) return contenders;
  for (int threads : {1, 2}) {
    contenders.push_back({Label("fp16", threads), threads,
                          Session(model, {.threads = threads, .precision = Precision::kFp16})});
  }
  return contenders;
}

void Compare(const std::string& network, int kept, int runs) {
  Random random(1);
  Model model = BuildNetwork(network);
  FillSparse(kept, model, random);
  Tensor input({model.graph.input_channels(), kHeight, kWidth});
  for (float& v : input.data) v = static_cast<float>(random.Normal());

  std::vector<Contender> contenders = MakeContenders(model);
  double gmacs = 0;
  for (const StepTime& step : contenders[0].session.Profile(input)) {
    gmacs += 1e-9 * static_cast<double>(step.macs);
  }
  std::vector<double> peaks;
  for (int run = -1; run < runs; ++run) {
    for (Contender& c : contenders) Time(c, input);
    if (run < 0) {  // what came before warmed up
      for (Contender& c : contenders) c.ms.clear();
    }
    peaks.push_back(MeasureFmaPeak());
  }
  for (const Contender& c : contenders) {
    std::printf("%s %2d of 32  %-22s %8.1f ms %5.1f %% of the peak  x %.2f\n", network.c_str(),
                kept, c.name.c_str(), Median(c.ms), c.Percent(gmacs, Median(peaks)),
                Median(contenders[0].ms) / Median(c.ms));
  }
  std::printf("  second thread: x %.2f one by one, x %.2f in groups\n",
              Median(contenders[0].ms) / Median(contenders[2].ms),
              Median(contenders[1].ms) / Median(contenders[3].ms));
  std::fflush(stdout);
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
  const std::string network = argc > 1 ? argv[1] : "carn";
  const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
  std::vector<int> kept;
  for (int i = 3; i < argc; ++i) kept.push_back(std::atoi(argv[i]));
  if (kept.empty()) kept = {32, 8, 4, 2};
  for (int n : kept) winnow::Compare(network, n, runs);
  return 0;
}
