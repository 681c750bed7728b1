#include "app/report/crops.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "image/bicubic.h"
#include "image/codec.h"

namespace winnow {
namespace {

constexpr int kWidth = 216;  // of a crop
constexpr int kHeight = 144;

// sums[y * (width + 1) + x] is the detail of all pixels above y and left of x.
std::vector<std::int64_t> SummedDetail(const Image& image) {
  const int stride = image.width() + 1;
  std::vector<std::int64_t> sums(static_cast<std::size_t>(stride) * (image.height() + 1), 0);
  for (int y = 0; y < image.height(); ++y) {
    std::int64_t row = 0;
    for (int x = 0; x < image.width(); ++x) {
      const int here = image.at(y, x, 0);
      if (x > 0) row += std::abs(here - image.at(y, x - 1, 0));
      if (y > 0) row += std::abs(here - image.at(y - 1, x, 0));
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

Rect FindDetail(const Image& image, int width, int height, int step) {
  const Rect window = {0, 0, MultipleBelow(std::min(width, image.width()), step),
                       MultipleBelow(std::min(height, image.height()), step)};
  const std::vector<std::int64_t> sums = SummedDetail(image);
  const int stride = image.width() + 1;
  Rect best = window;
  std::int64_t most = -1;
  for (int y = 0; y + window.height <= image.height(); y += step) {
    for (int x = 0; x + window.width <= image.width(); x += step) {
      const std::int64_t* const top = sums.data() + static_cast<std::size_t>(y) * stride + x;
      const std::int64_t* const bottom = top + static_cast<std::size_t>(window.height) * stride;
      const std::int64_t detail = bottom[window.width] - bottom[0] - top[window.width] + top[0];
      if (detail <= most) continue;
      most = detail;
      best = {x, y, window.width, window.height};
    }
  }
  return best;
}

CropPicture MakeCrops(const EvalPair& pair, int scale, const std::vector<Restorer>& restorers) {
  const EvalImages images = ReadPair(pair, scale);
  const Image target =
      Crop(images.target, {0, 0, images.input.width() * scale, images.input.height() * scale});
  const Rect rect = FindDetail(target, kWidth, kHeight, scale);
  CropPicture picture{.name = pair.name,
                      .format = CanWrite("webp") ? "webp" : "png",
                      .width = rect.width,
                      .height = rect.height,
                      .views = {}};
  const auto add = [&](const std::string& name, const Image& image) {
    picture.views.push_back({name, EncodeImage(Crop(image, rect), {picture.format, 100})});
  };
  if (scale == 1) {
    add("input", images.input);
  } else {
    add("input (nearest)", RepeatPixels(images.input, scale));
    add("bicubic", ResizeBicubic(images.input, scale, 1));
  }
  for (const Restorer& restorer : restorers) add(restorer.name, restorer.restore(images.input));
  add("truth", target);
  return picture;
}

}  // namespace winnow
