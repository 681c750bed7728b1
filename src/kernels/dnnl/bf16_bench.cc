// bf16_bench [in-channels out-channels kernel height width stride runs]
// How fast a convolution in bfloat16 is, in percent of the peak of multiply-adds in float, one
// thread; with a ReLU on the way to memory, in bands as plans have them. Also what oneDNN takes for
// the multiply-adds alone, whose inputs then lie in the cache in its own layout. Medians, in turns.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/timing.h"
#include "kernels/dnnl/bf16_conv.h"
#include "kernels/peak/peak.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

struct Layer {
  int in_channels = 64;
  int out_channels = 64;
  int kernel = 3;
  int height = 180;  // of the results
  int width = 320;
  int stride = 1;
  int runs = 9;
};

template <typename F>
double Seconds(F work) {
  const double start = ThreadSeconds();
  work();
  return ThreadSeconds() - start;
}

std::size_t RowFloats(const LaneTensor& t, int channels) {
  return std::size_t{1} * t.span * t.lanes * (channels + kBf16Channels);
}

void Measure(const Layer& layer) {
  const Isa isa = ChooseIsa();
  if (const std::string obstacle = Bf16Obstacle(isa); !obstacle.empty()) {
    std::printf("%s\n", obstacle.c_str());
    return;
  }
  const int lanes = Lanes(isa);
  const int span = (layer.width + lanes - 1) / lanes;
  const int s = layer.stride;
  const int reach = layer.kernel / 2;
  Random random(1);
  LaneImage in(
      {layer.in_channels, layer.height * s, layer.width * s, span * s, lanes, reach, reach});
  LaneImage out({layer.out_channels, layer.height, layer.width, span, lanes, reach, reach});
  in.Fill(RandomValues(std::size_t{1} * layer.in_channels * layer.height * layer.width * s * s,
                       random));
  Tensor weight({layer.out_channels, layer.in_channels, layer.kernel, layer.kernel});
  for (float& w : weight.data) w = static_cast<float>(random.Normal());

  ConvTask conv;
  conv.in = in.tensor();
  conv.out = out.tensor();
  conv.height = layer.height;
  conv.span = span;
  conv.in_step = s;
  conv.mask = LaneMask(layer.width, span, lanes);
  conv.after = ActivationKind::kRelu;
  for (int o = 0; o < layer.out_channels; ++o) {
    conv.outputs.push_back({.offset = o * out.tensor().channel_stride, .bias = 0.1f});
  }
  const ConvShape shape = {
      layer.in_channels, layer.out_channels, layer.kernel, layer.kernel, s, reach, reach};
  const Bf16Task task = MakeBf16(conv, shape, weight, std::make_shared<ScratchPool>(1));
  const auto whole = [&] {
    for (int y = 0; y < layer.height; y += kBf16Rows) {
      RunBf16(task, y, std::min(y + kBf16Rows, layer.height));
    }
  };
  AlignedVector<std::uint16_t> rows(RowFloats(conv.in, layer.in_channels) * layer.kernel);
  AlignedVector<float> sums(RowFloats(conv.out, layer.out_channels));
  AlignedVector<char> work(task.rows->scratch_bytes());
  const auto alone = [&] {
    for (int y = 0; y < layer.height; ++y) task.rows->Run(rows.data(), sums.data(), work.data());
  };
  double peak = MeasureFmaPeak(isa);
  std::vector<double> seconds;
  std::vector<double> seconds_alone;
  for (int run = 0; run < layer.runs; ++run) {
    seconds.push_back(Seconds(whole));
    seconds_alone.push_back(Seconds(alone));
  }
  peak = std::max(peak, MeasureFmaPeak(isa));
  const double gmacs = 1e-9 * layer.kernel * layer.kernel * layer.in_channels * layer.out_channels *
                       layer.height * layer.width;
  std::printf(
      "%dx%d %d -> %d at %dx%d: %.2f ms, %.1f GMAC/s, %.0f %% of the peak; oneDNN alone %.2f ms\n",
      layer.kernel, layer.kernel, layer.in_channels, layer.out_channels, layer.width, layer.height,
      1e3 * Median(seconds), gmacs / Median(seconds), 100 * gmacs / Median(seconds) / peak,
      1e3 * Median(seconds_alone));
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
  winnow::Layer layer;
  int* const fields[] = {&layer.in_channels, &layer.out_channels, &layer.kernel, &layer.height,
                         &layer.width,       &layer.stride,       &layer.runs};
  for (int i = 1; i < argc && i <= 7; ++i) *fields[i - 1] = std::atoi(argv[i]);
  winnow::Measure(layer);
  return 0;
}
