#include "app/channels.h"

#include <algorithm>
#include <array>

namespace winnow {
namespace {

// BT.601 with samples in 0..1: Y = 16/255 + sum of weight * sample.
constexpr std::array<float, 3> kLuma = {65.481f / 255, 128.553f / 255, 24.966f / 255};
constexpr float kLumaBlack = 16.0f / 255;
constexpr float kLumaSpan = 219.0f / 255;

void SwapRedAndBlue(Tensor& t) {
  const std::int64_t plane = t.dim(1) * t.dim(2);
  std::swap_ranges(t.data.begin(), t.data.begin() + plane, t.data.begin() + 2 * plane);
}

Tensor FirstChannel(const Tensor& t) {
  Tensor first({1, t.dim(1), t.dim(2)});
  std::copy_n(t.data.begin(), first.size(), first.data.begin());
  return first;
}

Tensor ThreeTimes(const Tensor& t) {
  Tensor three({3, t.dim(1), t.dim(2)});
  for (int c = 0; c < 3; ++c) {
    std::copy(t.data.begin(), t.data.end(), three.data.begin() + c * t.size());
  }
  return three;
}

Tensor Luma(const Tensor& rgb, float range) {
  Tensor y({1, rgb.dim(1), rgb.dim(2)});
  const std::int64_t plane = y.size();
  for (std::int64_t i = 0; i < plane; ++i) {
    float sum = kLumaBlack * range;
    for (int c = 0; c < 3; ++c) sum += kLuma[c] * rgb.data[c * plane + i];
    y.data[i] = sum;
  }
  return y;
}

// The picture keeps its colour differences: a change of luminance is the same step in R, G and B.
void ReplaceLuma(const Tensor& luma, int top, int left, float range, const Rect& rect,
                 Image& result) {
  Tensor rgb = ColourToTensor(result, rect, range);
  const Tensor old = Luma(rgb, range);
  for (int y = 0; y < rect.height; ++y) {
    const float* after = luma.Row(0, top + y) + left;
    const float* before = old.Row(0, y);
    for (int c = 0; c < 3; ++c) {
      float* row = rgb.Row(c, y);
      for (int x = 0; x < rect.width; ++x) row[x] += (after[x] - before[x]) / kLumaSpan;
    }
  }
  TensorToColour(rgb, 0, 0, range, rect, result);
}

void AddMean(const ModelInfo& info, float sign, Tensor& t) {
  const std::int64_t plane = t.dim(1) * t.dim(2);
  for (std::int64_t c = 0; c < t.dim(0); ++c) {
    const float mean = sign * info.mean[c];
    if (mean == 0) continue;
    for (std::int64_t i = 0; i < plane; ++i) t.data[c * plane + i] += mean;
  }
}

}  // namespace

Tensor PlaneToInput(const ModelInfo& info, const Image& image, const Rect& rect, Plane plane) {
  const float range = info.pixel_range;
  Tensor t = plane == Plane::kColour ? ColourToTensor(image, rect, range)
                                     : AlphaToTensor(image, rect, range);
  if (info.colour == "bgr") SwapRedAndBlue(t);
  if (info.colour == "y") t = plane == Plane::kColour ? Luma(t, range) : FirstChannel(t);
  AddMean(info, -1, t);
  return t;
}

void OutputToPlane(const ModelInfo& info, Tensor output, int top, int left, const Rect& rect,
                   Plane plane, Image& result) {
  const float range = info.pixel_range;
  AddMean(info, 1, output);
  if (info.colour == "y" && plane == Plane::kColour) {
    ReplaceLuma(output, top, left, range, rect, result);
    return;
  }
  if (info.colour == "y") output = ThreeTimes(output);
  if (info.colour == "bgr") SwapRedAndBlue(output);
  if (plane == Plane::kColour) {
    TensorToColour(output, top, left, range, rect, result);
  } else {
    TensorToAlpha(output, top, left, range, rect, result);
  }
}

}  // namespace winnow
