#include "compress/moments.h"

#include <algorithm>
#include <numeric>

#include "base/aligned.h"
#include "base/parallel.h"
#include "kernels/rank_update/rank_update.h"

namespace winnow {
namespace {

constexpr std::int64_t kMaxPixels = 4096;  // of a picture that are taken
constexpr int kBlockPixels = 256;          // at a time
constexpr int kPartialSums = 4;            // fixed, so that threads do not change the rounding

// The channels of a pixel behind each other: [y][x][c].
AlignedVector<float> ChannelsLast(const Tensor& t) {
  const std::int64_t plane = t.dim(1) * t.dim(2);
  AlignedVector<float> result(t.data.size());
  for (std::int64_t c = 0; c < t.dim(0); ++c) {
    const float* from = t.data.data() + c * plane;
    float* to = result.data() + c;
    for (std::int64_t i = 0; i < plane; ++i) to[i * t.dim(0)] = from[i];
  }
  return result;
}

// Output pixels p * step: step has no factor in common with the width, or only some columns would
// be seen.
struct Sample {
  std::int64_t step = 1;
  std::int64_t count = 0;
};

Sample SampleOf(std::int64_t height, std::int64_t width) {
  const std::int64_t pixels = height * width;
  std::int64_t step = (pixels + kMaxPixels - 1) / kMaxPixels;
  while (std::gcd(step, width) != 1) ++step;
  return {step, (pixels + step - 1) / step};
}

// The rows [x y] of one picture, for one group of the convolution.
class RowMaker {
 public:
  RowMaker(const Graph& graph, const Conv2d& conv, const Tensor& input, const Tensor& target,
           int row_width)
      : conv_(conv),
        layout_(FeaturesOf(graph, conv)),
        kernel_width_(static_cast<int>(graph.param(conv.weight).shape[3])),
        row_width_(row_width),
        input_(input),
        target_(target),
        input_values_(ChannelsLast(input)),
        target_values_(ChannelsLast(target)),
        sample_(SampleOf(target.dim(1), target.dim(2))) {}

  std::int64_t count() const { return sample_.count; }

  void Fill(int group, std::int64_t number, float* row) const {
    const std::int64_t pixel = number * sample_.step;
    const std::int64_t y = pixel / target_.dim(2);
    const std::int64_t x = pixel % target_.dim(2);
    for (int tap = 0; tap < layout_.taps; ++tap) {
      const std::int64_t from_y =
          y * conv_.stride - conv_.pads.top + tap / kernel_width_ * conv_.dilation;
      const std::int64_t from_x =
          x * conv_.stride - conv_.pads.left + tap % kernel_width_ * conv_.dilation;
      CopyPixel(group, from_y, from_x, row + tap * layout_.channels);
    }
    if (layout_.bias) row[layout_.weights()] = 1;
    const std::int64_t outputs = target_.dim(0) / conv_.groups;
    const float* wanted = target_values_.data() + pixel * target_.dim(0) + group * outputs;
    std::fill(std::copy_n(wanted, outputs, row + layout_.size()), row + row_width_, 0.0f);
  }

 private:
  void CopyPixel(int group, std::int64_t y, std::int64_t x, float* to) const {
    if (y < 0 || y >= input_.dim(1) || x < 0 || x >= input_.dim(2)) {
      std::fill_n(to, layout_.channels, 0.0f);
      return;
    }
    const float* from = input_values_.data() + (y * input_.dim(2) + x) * input_.dim(0);
    std::copy_n(from + group * layout_.channels, layout_.channels, to);
  }

  const Conv2d& conv_;
  FeatureLayout layout_;
  int kernel_width_;
  int row_width_;
  const Tensor& input_;
  const Tensor& target_;
  AlignedVector<float> input_values_;
  AlignedVector<float> target_values_;
  Sample sample_;
};

// Adds what one picture gives to `moments`.
void AddPicture(const RowMaker& rows, int row_width, RankUpdateFn update, int group,
                Moments& moments) {
  AlignedVector<float> block(static_cast<std::size_t>(kBlockPixels) * row_width);
  AlignedVector<float> sum(static_cast<std::size_t>(row_width) * row_width, 0.0f);
  for (std::int64_t begin = 0; begin < rows.count(); begin += kBlockPixels) {
    const int pixels = static_cast<int>(std::min<std::int64_t>(kBlockPixels, rows.count() - begin));
    for (int i = 0; i < pixels; ++i) {
      rows.Fill(group, begin + i, block.data() + static_cast<std::ptrdiff_t>(i) * row_width);
    }
    update(block.data(), pixels, row_width, 1, sum.data());
  }
  moments.pixels += rows.count();
  const int size = moments.features + moments.outputs;
  for (int i = 0; i < size; ++i) {
    const float* row = sum.data() + static_cast<std::ptrdiff_t>(i) * row_width;
    for (int j = i; j < size; ++j) moments.sum(i, j) += row[j];
  }
}

}  // namespace

FeatureLayout FeaturesOf(const Graph& graph, const Conv2d& conv) {
  const Shape& weight = graph.param(conv.weight).shape;
  return {static_cast<int>(weight[1]), static_cast<int>(weight[2] * weight[3]),
          conv.bias != kNoParam};
}

std::vector<Moments> GatherMoments(const Graph& graph, const Conv2d& conv, const Batch& inputs,
                                   const Batch& targets, int threads) {
  const int features = FeaturesOf(graph, conv).size();
  const int outputs = static_cast<int>(graph.param(conv.weight).shape[0]) / conv.groups;
  const int size = features + outputs;
  const int row_width = RankUpdateWidth(size);
  const RankUpdateFn update = GetRankUpdate(ChooseIsa());
  const Moments zero{features, outputs, 0, Eigen::MatrixXd::Zero(size, size)};
  std::vector<std::vector<Moments>> partial(kPartialSums, std::vector<Moments>(conv.groups, zero));
  const int pictures = static_cast<int>(inputs.size());
  ParallelFor(kPartialSums, threads, [&](int part) {
    for (int i = part; i < pictures; i += kPartialSums) {
      const RowMaker rows(graph, conv, *inputs[i], *targets[i], row_width);
      for (int g = 0; g < conv.groups; ++g) {
        AddPicture(rows, row_width, update, g, partial[part][g]);
      }
    }
  });
  for (int part = 1; part < kPartialSums; ++part) {
    for (int g = 0; g < conv.groups; ++g) partial[0][g] += partial[part][g];
  }
  return std::move(partial[0]);
}

}  // namespace winnow
