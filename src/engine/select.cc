#include "engine/select.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "kernels/conv/prepare.h"

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
  const std::int64_t vector_bytes = in.lanes * static_cast<std::int64_t>(sizeof(float));
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

bool IsGenerated(const ConvKernel& kernel) { return kernel.generate != nullptr; }

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

std::vector<ConvKernel> AllowedKernels(KernelChoice choice, Isa isa, const TapList& taps) {
  std::vector<ConvKernel> kernels = ConvKernelsFor(isa, taps);
  if (choice != KernelChoice::kAuto) {
    const bool generated = choice == KernelChoice::kGenerated;
    std::erase_if(kernels, [=](const ConvKernel& k) { return IsGenerated(k) != generated; });
  }
  return kernels;
}

ConvChoice ChooseConv(const std::vector<ConvKernel>& kernels, const TapList& taps,
                      const TapReach& reach, const LaneTensor& in) {
  ConvChoice best;
  for (const ConvKernel& kernel : kernels) {
    const std::int64_t packed = CountPackedMacs(taps, kernel.outputs);
    const std::int64_t macs = IsGenerated(kernel) ? CountTaps(taps) : packed;
    const double cost = kernel.cost.mac * static_cast<double>(macs) +
                        kernel.cost.input * static_cast<double>(packed) / kernel.outputs +
                        kernel.cost.result * static_cast<double>(taps.outputs.size());
    if (best.kernel.run != nullptr && cost >= best.cost) continue;
    best = {kernel, ChooseBlock(kernel, taps, reach, in, packed), cost};
  }
  return best;
}

}  // namespace winnow
