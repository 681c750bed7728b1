// winograd_bench [in-channels out-channels height width runs]
// How fast Winograd's convolution is, in percent of the peak of the multiply-adds that a direct one
// makes, one thread; with a ReLU on the way to memory, in bands as plans have them. WINNOW_ISA
// chooses the target. Medians of the time that the thread had the processor.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/timing.h"
#include "kernels/peak/peak.h"
#include "kernels/testing/lane_image.h"
#include "kernels/winograd/winograd.h"

namespace winnow {
namespace {

struct Layer {
  int in_channels = 64;
  int out_channels = 64;
  int height = 180;
  int width = 320;
  int runs = 9;
};

double TimeOf(const WinogradTask& task, const WinogradKernel& kernel) {
  const double start = ThreadSeconds();
  for (int y = 0; y < task.conv.height; y += kWinogradTile) {
    kernel.run(task, y, std::min(y + kWinogradTile, task.conv.height));
  }
  return ThreadSeconds() - start;
}

void Measure(const Layer& layer) {
  const Isa isa = ChooseIsa();
  const int lanes = Lanes(isa);
  const int span = (layer.width + lanes - 1) / lanes;
  Random random(1);
  LaneImage in({layer.in_channels, layer.height, layer.width, span, lanes, 1, 1});
  LaneImage out({layer.out_channels, layer.height, layer.width, span, lanes, 1, 1});
  in.Fill(RandomValues(std::size_t{1} * layer.in_channels * layer.height * layer.width, random));
  Tensor weight({layer.out_channels, layer.in_channels, 3, 3});
  for (float& w : weight.data) w = static_cast<float>(random.Normal());

  const WinogradKernel kernel = WinogradKernelFor(isa);
  WinogradTask task;
  task.conv.in = in.tensor();
  task.conv.out = out.tensor();
  task.conv.height = layer.height;
  task.conv.span = span;
  task.conv.mask = LaneMask(layer.width, span, lanes);
  task.conv.after = ActivationKind::kRelu;
  for (int o = 0; o < layer.out_channels; ++o) {
    task.conv.outputs.push_back({.offset = o * out.tensor().channel_stride, .bias = 0.1f});
  }
  task.weights = PackWinograd(weight, kernel.group);
  task.scratch = std::make_shared<ScratchPool>(1);
  task.scratch->Reserve(WinogradScratch(isa, layer.in_channels));

  double peak = MeasureFmaPeak(isa);
  TimeOf(task, kernel);
  std::vector<double> seconds;
  for (int run = 0; run < layer.runs; ++run) seconds.push_back(TimeOf(task, kernel));
  peak = std::max(peak, MeasureFmaPeak(isa));
  std::ranges::sort(seconds);
  const double median = seconds[seconds.size() / 2];
  const double gmacs = 9e-9 * layer.in_channels * layer.out_channels * layer.height * layer.width;
  std::printf(
      "%s 3x3 %d -> %d at %dx%d: %.2f ms, %.1f GMAC/s, %.0f %% of the peak (fastest %.0f)\n",
      std::string(Name(isa)).c_str(), layer.in_channels, layer.out_channels, layer.width,
      layer.height, 1e3 * median, gmacs / median, 100 * gmacs / median / peak,
      100 * gmacs / seconds.front() / peak);
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
  winnow::Layer layer;
  int* const fields[] = {&layer.in_channels, &layer.out_channels, &layer.height, &layer.width,
                         &layer.runs};
  for (int i = 1; i < argc && i <= 5; ++i) *fields[i - 1] = std::atoi(argv[i]);
  winnow::Measure(layer);
  return 0;
}
