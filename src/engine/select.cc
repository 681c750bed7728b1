#include "engine/select.h"

#include <algorithm>

namespace winnow {
namespace {

// What the inputs of a tile may take of the L1 cache, bytes; the rest is for weights and results.
constexpr std::int64_t kTileBytes = 24 * 1024;
// Taps a result must get from each block, lest loading and storing its sum between blocks show.
constexpr double kTapsPerBlock = 16;
// Cycles a multiply-add where every one loads its own input vector; one that shares it pays only
// for itself.
constexpr double kUnsharedCycles = 1.15;

int ChooseBlock(const ConvKernel& kernel, const TapList& taps, const TapReach& reach,
                const LaneTensor& in, std::int64_t macs) {
  const std::int64_t rows = (kernel.rows - 1) * taps.in_step + reach.up + reach.down + 1;
  const std::int64_t vectors =
      (kernel.max_vectors - 1) * taps.in_step + reach.left + reach.right + 1;
  const std::int64_t channel_bytes = rows * vectors * in.lanes * sizeof(float);
  const double taps_per_channel =
      static_cast<double>(macs) / static_cast<double>(taps.outputs.size()) / in.channels;
  const double least = taps_per_channel > 0 ? kTapsPerBlock / taps_per_channel : in.channels;
  const double fits = static_cast<double>(kTileBytes) / static_cast<double>(channel_bytes);
  const int block =
      static_cast<int>(std::clamp(std::max(least, fits), 1.0, static_cast<double>(in.channels)));
  const int blocks = (in.channels + block - 1) / block;
  return (in.channels + blocks - 1) / blocks;
}

}  // namespace

ConvChoice ChooseConv(const std::vector<ConvKernel>& kernels, const TapList& taps,
                      const TapReach& reach, const LaneTensor& in) {
  ConvChoice best;
  for (const ConvKernel& kernel : kernels) {
    const std::int64_t macs = CountPackedMacs(taps, kernel.outputs);
    const double cycles = static_cast<double>(macs) * (kernel.outputs == 1 ? kUnsharedCycles : 1.0);
    if (best.kernel.run != nullptr && cycles >= best.cycles) continue;
    best = {kernel, ChooseBlock(kernel, taps, reach, in, macs), cycles};
  }
  return best;
}

}  // namespace winnow
