#include "engine/cost_model.h"

#include <algorithm>
#include <array>

#include "kernels/dnnl/bf16_conv.h"

namespace winnow {
namespace {

constexpr int kTerms = 4;
using Terms = std::array<double, kTerms>;

Terms TermsOf(const ConvWork& work) {
  return {work.macs, work.inputs, work.results, work.channels};
}

}  // namespace

double CostOf(const KernelCost& cost, const ConvWork& work) {
  return cost.mac * work.macs + cost.input * work.inputs + cost.result * work.results +
         cost.channel * work.channels;
}

KernelCost CostModel::Of(const ConvKernel& kernel) const {
  return Of(CostKey(kernel), kernel.cost);
}

KernelCost CostModel::Of(const std::string& key, const ConvCost& otherwise) const {
  const auto found = kernels.find(key);
  if (found != kernels.end()) return found->second;
  return {otherwise.mac, otherwise.input, otherwise.result, 0};
}

double CostModel::Milliseconds(double cost, int lanes) const {
  return peak > 0 ? cost * lanes / peak / 1e6 : 0;
}

bool IsGenerated(const ConvKernel& kernel) { return kernel.generate != nullptr; }

std::string CostKey(const ConvKernel& kernel) {
  if (!IsGenerated(kernel)) return std::string(kernel.name);
  return "generated, " + std::to_string(kernel.rows) + " x " + std::to_string(kernel.max_vectors) +
         " places";
}

ConvWork WorkOf(const ConvKernel& kernel, const TapList& taps, int in_channels) {
  const auto packed = static_cast<double>(
      kernel.outputs == 1 ? CountTaps(taps) : CountPackedMacs(taps, kernel.outputs));
  return {IsGenerated(kernel) ? static_cast<double>(CountTaps(taps)) : packed,
          packed / kernel.outputs, static_cast<double>(taps.outputs.size()),
          static_cast<double>(in_channels) * taps.in_step * taps.in_step};
}

ConvWork WinogradWork(const WinogradKernel& kernel, const ConvShape& shape) {
  return {WinogradMacs(kernel, shape.in_channels, shape.out_channels),
          static_cast<double>(shape.in_channels), static_cast<double>(shape.out_channels), 0};
}

ConvWork Bf16Work(const ConvShape& shape) {
  return {Bf16Macs(shape), Bf16Inputs(shape), static_cast<double>(shape.out_channels), 0};
}

// Coordinate descent: one constant after the other takes its best value, which on a problem this
// small ends at the optimum.
KernelCost FitCost(const std::vector<CostSample>& samples) {
  constexpr int kRounds = 2000;
  std::vector<Terms> rows;
  for (const CostSample& sample : samples) {
    rows.push_back(TermsOf(sample.work));
    for (double& term : rows.back()) term /= sample.cost;
  }
  Terms fit = {1, 0, 0, 0};
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < kTerms; ++i) {
      double along = 0;
      double square = 0;
      for (const Terms& row : rows) {
        double left = 1;
        for (int k = 0; k < kTerms; ++k) left -= k == i ? 0 : fit[k] * row[k];
        along += left * row[i];
        square += row[i] * row[i];
      }
      fit[i] = square > 0 ? std::max(0.0, along / square) : 0;
    }
  }
  return {fit[0], fit[1], fit[2], fit[3]};
}

}  // namespace winnow
