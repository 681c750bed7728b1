#include "app/report/crops.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "image/bicubic.h"
#include "image/codec.h"

namespace winnow {
namespace {

// Of a crop. Paths of blur are long, so that it takes more of a picture to see them.
struct Extent {
  int width;
  int height;
};
constexpr Extent kEnlarged = {216, 144};
constexpr Extent kSameSize = {288, 192};

// sums[y * (width + 1) + x] is the difference of all pixels above y and left of x.
std::vector<std::int64_t> SummedDifference(const Image& a, const Image& b) {
  const int stride = a.width() + 1;
  const int channels = std::min(a.channels(), b.channels());
  std::vector<std::int64_t> sums(static_cast<std::size_t>(stride) * (a.height() + 1), 0);
  for (int y = 0; y < a.height(); ++y) {
    std::int64_t row = 0;
    for (int x = 0; x < a.width(); ++x) {
      for (int c = 0; c < channels; ++c) row += std::abs(a.at(y, x, c) - b.at(y, x, c));
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
    }
  }
  return sums;
}

int MultipleBelow(int value, int step) { return std::max(value / step, 1) * step; }

Image RepeatPixels(const Image& image, int times) {
  Image large(image.width() * times, image.height() * times, image.channels(), image.bits());
  for (int y = 0; y < large.height(); ++y) {
    for (int x = 0; x < large.width(); ++x) {
      for (int c = 0; c < large.channels(); ++c)
        large.set(y, x, c, image.at(y / times, x / times, c));
    }
  }
  return large;
}

}  // namespace

Restorer Baseline(int scale) {
  if (scale == 1) return {"input", [](const Image& image) { return image; }};
  return {"bicubic", [scale](const Image& image) { return ResizeBicubic(image, scale, 1); }};
}

Rect FindDifference(const Image& a, const Image& b, int width, int height, int step) {
  const Rect window = {0, 0, MultipleBelow(std::min(width, a.width()), step),
                       MultipleBelow(std::min(height, a.height()), step)};
  const std::vector<std::int64_t> sums = SummedDifference(a, b);
  const int stride = a.width() + 1;
  Rect best = window;
  std::int64_t most = -1;
  for (int y = 0; y + window.height <= a.height(); y += step) {
    for (int x = 0; x + window.width <= a.width(); x += step) {
      const std::int64_t* const top = sums.data() + static_cast<std::size_t>(y) * stride + x;
      const std::int64_t* const bottom = top + static_cast<std::size_t>(window.height) * stride;
      const std::int64_t here = bottom[window.width] - bottom[0] - top[window.width] + top[0];
      if (here <= most) continue;
      most = here;
      best = {x, y, window.width, window.height};
    }
  }
  return best;
}

CropPicture MakeCrops(const EvalPair& pair, int scale, const std::vector<Restorer>& restorers) {
  const EvalImages images = ReadPair(pair, scale);
  const Image target =
      Crop(images.target, {0, 0, images.input.width() * scale, images.input.height() * scale});
  const Restorer baseline = Baseline(scale);
  const Image plain = baseline.restore(images.input);
  std::vector<Image> restored;
  for (const Restorer& restorer : restorers) restored.push_back(restorer.restore(images.input));
  const Image& changed = restored.empty() ? target : restored.front();
  const Extent extent = scale == 1 ? kSameSize : kEnlarged;
  const Rect rect = FindDifference(plain, changed, extent.width, extent.height, scale);
  CropPicture picture{.name = pair.name,
                      .format = CanWrite("webp") ? "webp" : "png",
                      .width = rect.width,
                      .height = rect.height,
                      .views = {},
                      .baseline = scale == 1 ? 0 : 1};
  const auto add = [&](const std::string& name, const Image& image) {
    picture.views.push_back({name, EncodeImage(Crop(image, rect), {picture.format, 100})});
  };
  if (scale > 1) add("input (nearest)", RepeatPixels(images.input, scale));
  add(baseline.name, plain);
  for (std::size_t i = 0; i < restored.size(); ++i) add(restorers[i].name, restored[i]);
  add("truth", target);
  return picture;
}

}  // namespace winnow
