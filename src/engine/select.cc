#include "engine/select.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "kernels/conv/jit/generated_conv.h"
#include "kernels/conv/prepare.h"
#include "kernels/dnnl/bf16_conv.h"

namespace winnow {
namespace {

// What the inputs of a tile may take of the L1 cache, bytes; the rest is for weights and results.
constexpr std::int64_t kTileBytes = 24 * 1024;
// Taps a result must get from each block, lest loading and storing its sum between blocks show.
constexpr double kTapsPerBlock = 16;
constexpr std::int64_t kLineBytes = 64;

int ChooseBlock(const ConvKernel& kernel, const TapList& taps, const TapReach& reach,
                const LaneTensor& in, std::int64_t macs) {
  const std::int64_t rows = (kernel.rows - 1) * taps.in_step + reach.up + reach.down + 1;
  const std::int64_t vectors =
      (kernel.max_vectors - 1) * taps.in_step + reach.left + reach.right + 1;
  const std::int64_t vector_bytes = in.words() * static_cast<std::int64_t>(sizeof(float));
  // A run of vectors that are shorter than a cache line begins somewhere in one.
  const std::int64_t spill = std::max<std::int64_t>(kLineBytes - vector_bytes, 0);
  const std::int64_t channel_bytes = rows * (vectors * vector_bytes + spill);
  const double taps_per_channel =
      static_cast<double>(macs) / static_cast<double>(taps.outputs.size()) / in.channels;
  const double least = taps_per_channel > 0 ? kTapsPerBlock / taps_per_channel : in.channels;
  const double fits = static_cast<double>(kTileBytes) / static_cast<double>(channel_bytes);
  const int block =
      static_cast<int>(std::clamp(std::max(least, fits), 1.0, static_cast<double>(in.channels)));
  const int blocks = (in.channels + block - 1) / block;
  return (in.channels + blocks - 1) / blocks;
}

std::string Cheaper(double cost, double rival_cost, std::string_view rival) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2fx", cost > 0 ? rival_cost / cost : 1);
  return text + (" cheaper than " + std::string(rival));
}

}  // namespace

KernelChoice ChooseKernels(KernelChoice options, Isa isa) {
  KernelChoice choice = options;
  const char* const variable = std::getenv("WINNOW_KERNEL");
  if (choice == KernelChoice::kAuto && variable != nullptr && *variable != '\0') {
    const std::string_view wanted = variable;
    if (wanted == "highway") {
      choice = KernelChoice::kHighway;
    } else if (wanted == "generated") {
      choice = KernelChoice::kGenerated;
    } else if (wanted != "auto") {
      throw Error(ErrorKind::kInvalidArgument,
                  "WINNOW_KERNEL=" + std::string(wanted) + ": want auto, highway or generated");
    }
  }
  if (choice == KernelChoice::kGenerated && AllowedKernels(choice, isa, TapList()).empty()) {
    throw Error(ErrorKind::kUnsupported,
                "no code can be generated for " + std::string(Name(isa)) + " here");
  }
  return choice;
}

std::vector<ConvKernel> AllowedKernels(KernelChoice choice, Isa isa, const TapList& taps,
                                       Element element) {
  std::vector<ConvKernel> kernels = ConvKernelsFor(isa, taps, element);
  if (choice != KernelChoice::kAuto) {
    const bool generated = choice == KernelChoice::kGenerated;
    std::erase_if(kernels, [=](const ConvKernel& k) { return IsGenerated(k) != generated; });
  }
  return kernels;
}

ConvChoice ChooseConv(const std::vector<ConvKernel>& kernels, const TapList& taps,
                      const TapReach& reach, const LaneTensor& in, const CostModel& costs,
                      double places) {
  struct Candidate {
    const ConvKernel* kernel;
    ConvWork work;
    double cost;   // of running
    double total;  // with its share of making the code
  };
  std::vector<Candidate> candidates;
  for (const ConvKernel& kernel : kernels) {
    const ConvWork work = WorkOf(kernel, taps, in.channels);
    const double cost = CostOf(costs.Of(kernel), work);
    const double making = IsGenerated(kernel) ? costs.generation * work.macs / places : 0;
    candidates.push_back({&kernel, work, cost, cost + making});
  }
  const auto best = std::ranges::min_element(candidates, {}, &Candidate::total);
  if (best == candidates.end()) return {};
  ConvChoice choice;
  choice.kernel = *best->kernel;
  choice.block = ChooseBlock(choice.kernel, taps, reach, in,
                             static_cast<std::int64_t>(best->work.inputs * best->kernel->outputs));
  choice.cost = best->cost;
  for (const Candidate& other : candidates) {
    if (&other == &*best || (!choice.rival.empty() && other.cost >= choice.rival_cost)) continue;
    choice.rival = other.kernel->name;
    choice.rival_cost = other.cost;
  }
  choice.saves_code = !choice.rival.empty() && choice.rival_cost < choice.cost;
  return choice;
}

WinogradChoice ChooseWinograd(const ConvShape& shape, const ConvTask& task, Isa isa,
                              const CostModel& costs) {
  if (!FitsWinograd(shape, task)) return {};
  const WinogradKernel kernel = WinogradKernelFor(isa);
  return {kernel, CostOf(costs.Of(kWinogradKey, kernel.cost), WinogradWork(kernel, shape))};
}

void RequireBf16(Isa isa) {
  const std::string obstacle = Bf16Obstacle(isa);
  if (!obstacle.empty()) throw Error(ErrorKind::kUnsupported, "precision bf16: " + obstacle);
}

void RequireFp16(KernelChoice kernels, Isa isa) {
  std::string obstacle = HalfObstacle(isa);
  if (obstacle.empty() && kernels == KernelChoice::kHighway) {
    obstacle = "only generated code computes in half precision, and compiled kernels are asked for";
  }
  if (!obstacle.empty()) throw Error(ErrorKind::kUnsupported, "precision fp16: " + obstacle);
}

double CostInBf16(const ConvShape& shape, const CostModel& costs) {
  if (!FitsBf16(shape)) return kAnyNumberOfPlaces;
  return CostOf(costs.Of(kBf16Key, Bf16Cost()), Bf16Work(shape));
}

std::string Why(const ConvChoice& choice) {
  if (choice.rival.empty()) return "no other";
  if (choice.saves_code) return "too little to do for code of its own";
  return Cheaper(choice.cost, choice.rival_cost, choice.rival);
}

std::string Why(double cost, const ConvChoice& direct) {
  return Cheaper(cost, direct.cost, direct.kernel.name);
}

}  // namespace winnow
