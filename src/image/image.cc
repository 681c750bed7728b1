#include "image/image.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"

namespace winnow {
namespace {

void RequireInside(const Image& image, const Rect& rect) {
  const auto fits = [](int start, int extent, int limit) {
    return start >= 0 && extent >= 1 && start <= limit - extent;
  };
  if (!fits(rect.x, rect.width, image.width()) || !fits(rect.y, rect.height, image.height())) {
    throw Error(ErrorKind::kInvalidArgument,
                "rectangle " + std::to_string(rect.width) + "x" + std::to_string(rect.height) +
                    " at (" + std::to_string(rect.x) + ", " + std::to_string(rect.y) +
                    ") is not a part of a picture of " + std::to_string(image.width()) + "x" +
                    std::to_string(image.height()));
  }
}

void RequireAlpha(const Image& image) {
  if (!image.has_alpha()) {
    throw Error(ErrorKind::kInvalidArgument, "the picture has no alpha channel");
  }
}

void RequireCovers(const Tensor& source, int top, int left, const Rect& rect) {
  const bool covers = source.shape.size() == 3 && source.dim(0) == 3 && top >= 0 && left >= 0 &&
                      source.dim(1) - top >= rect.height && source.dim(2) - left >= rect.width;
  if (!covers) {
    throw Error(ErrorKind::kInvalidArgument,
                "tensor " + ToString(source.shape) + " does not cover " +
                    std::to_string(rect.height) + "x" + std::to_string(rect.width) + " from (" +
                    std::to_string(top) + ", " + std::to_string(left) + ")");
  }
}

void RequireRange(float range) {
  if (!(range > 0)) throw Error(ErrorKind::kInvalidArgument, "the sample range must be positive");
}

// Sample access for one bit depth, so that the inner loops do not branch on it.
template <int kBytes>
struct Samples {
  static float Load(const std::uint8_t* p) {
    if constexpr (kBytes == 1) return p[0];
    if constexpr (kBytes == 2) return static_cast<float>(p[0] | p[1] << 8);
    float value = 0;
    std::memcpy(&value, p, sizeof value);
    return value;
  }
  // `value` is in 0..white().
  static void Store(float value, std::uint8_t* p) {
    if constexpr (kBytes == 4) {
      std::memcpy(p, &value, sizeof value);
    } else {
      const int rounded = static_cast<int>(value + 0.5f);
      p[0] = static_cast<std::uint8_t>(rounded & 255);
      if constexpr (kBytes == 2) p[1] = static_cast<std::uint8_t>(rounded >> 8);
    }
  }
};

// The one of three functions that is for this bit depth.
template <typename F>
F ForBits(int bits, F for8, F for16, F for32) {
  return bits == 8 ? for8 : bits == 16 ? for16 : for32;
}

std::size_t ByteOffset(const Image& image, int y, int x, int channel) {
  const std::size_t pixel = static_cast<std::size_t>(y) * image.width() + x;
  return (pixel * image.channels() + channel) * (image.bits() / 8);
}

// Multiplying before dividing keeps the result correctly rounded for ranges 1 and 255.
template <int kBytes>
void LoadRow(const std::uint8_t* from, int step, int count, float range, float white, float* to) {
  for (int i = 0; i < count; ++i) {
    to[i] = Samples<kBytes>::Load(from + i * step) * range / white;
  }
}

template <int kBytes>
void StoreRow(const float* from, int count, float range, float white, std::uint8_t* to, int step) {
  for (int i = 0; i < count; ++i) {
    float value = from[i] > 0 ? from[i] : 0.0f;  // also turns NaN into 0
    value = value < range ? value : range;
    Samples<kBytes>::Store(value * white / range, to + i * step);
  }
}

// Channel `channel` of `rect` into plane `plane` of `to`.
void LoadPlane(const Image& image, const Rect& rect, int channel, float range, int plane,
               Tensor& to) {
  const auto load = ForBits(image.bits(), LoadRow<1>, LoadRow<2>, LoadRow<4>);
  const int step = image.channels() * (image.bits() / 8);
  const auto white = static_cast<float>(image.white());
  for (int y = 0; y < rect.height; ++y) {
    load(image.data() + ByteOffset(image, rect.y + y, rect.x, channel), step, rect.width, range,
         white, to.Row(plane, y));
  }
}

void CopyFirstPlane(Tensor& tensor) {
  const std::int64_t plane = tensor.dim(1) * tensor.dim(2);
  for (int c = 1; c < 3; ++c) {
    std::copy_n(tensor.data.begin(), plane, tensor.data.begin() + c * plane);
  }
}

void StoreRowInto(const float* from, float range, const Rect& rect, int y, int channel,
                  Image& image) {
  const auto store = ForBits(image.bits(), StoreRow<1>, StoreRow<2>, StoreRow<4>);
  const int step = image.channels() * (image.bits() / 8);
  store(from, rect.width, range, static_cast<float>(image.white()),
        image.data() + ByteOffset(image, rect.y + y, rect.x, channel), step);
}

void StoreMean(const Tensor& source, int top, int left, float range, const Rect& rect, int channel,
               Image& image) {
  std::vector<float> mean(rect.width);
  for (int y = 0; y < rect.height; ++y) {
    const float* r = source.Row(0, top + y) + left;
    const float* g = source.Row(1, top + y) + left;
    const float* b = source.Row(2, top + y) + left;
    for (int x = 0; x < rect.width; ++x) mean[x] = (r[x] + g[x] + b[x]) / 3.0f;
    StoreRowInto(mean.data(), range, rect, y, channel, image);
  }
}

}  // namespace

Image::Image(int width, int height, int channels, int bits)
    : width_(width), height_(height), channels_(channels), bits_(bits) {
  if (width < 1 || height < 1 || channels < 1 || channels > 4 ||
      (bits != 8 && bits != 16 && bits != 32)) {
    throw Error(ErrorKind::kInvalidArgument,
                "no such picture: " + std::to_string(width) + "x" + std::to_string(height) + ", " +
                    std::to_string(channels) + " channels of " + std::to_string(bits) + " bits");
  }
  const std::int64_t pixels = static_cast<std::int64_t>(width) * height;
  bytes_.resize(CheckedMul<std::int64_t>(pixels, channels * (bits / 8), "picture"));
}

Image Crop(const Image& image, const Rect& rect) {
  RequireInside(image, rect);
  Image result(rect.width, rect.height, image.channels(), image.bits());
  const std::size_t row = ByteOffset(result, 1, 0, 0);
  for (int y = 0; y < rect.height; ++y) {
    std::memcpy(result.data() + y * row, image.data() + ByteOffset(image, rect.y + y, rect.x, 0),
                row);
  }
  return result;
}

Image ToRgb8(const Image& image) {
  Image rgb(image.width(), image.height(), 3);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const int value = image.at(y, x, image.colour_channels() == 1 ? 0 : c);
        rgb.set(y, x, c, image.bits() == 8 ? value : (value + 128) / 257);
      }
    }
  }
  return rgb;
}

Tensor ColourToTensor(const Image& image, const Rect& rect, float range) {
  RequireInside(image, rect);
  RequireRange(range);
  Tensor result({3, rect.height, rect.width});
  for (int c = 0; c < image.colour_channels(); ++c) LoadPlane(image, rect, c, range, c, result);
  if (image.colour_channels() == 1) CopyFirstPlane(result);
  return result;
}

Tensor AlphaToTensor(const Image& image, const Rect& rect, float range) {
  RequireAlpha(image);
  RequireInside(image, rect);
  RequireRange(range);
  Tensor result({3, rect.height, rect.width});
  LoadPlane(image, rect, image.channels() - 1, range, 0, result);
  CopyFirstPlane(result);
  return result;
}

void TensorToColour(const Tensor& source, int top, int left, float range, const Rect& rect,
                    Image& image) {
  RequireInside(image, rect);
  RequireRange(range);
  RequireCovers(source, top, left, rect);
  if (image.colour_channels() == 1) {
    StoreMean(source, top, left, range, rect, 0, image);
    return;
  }
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < rect.height; ++y) {
      StoreRowInto(source.Row(c, top + y) + left, range, rect, y, c, image);
    }
  }
}

void TensorToAlpha(const Tensor& source, int top, int left, float range, const Rect& rect,
                   Image& image) {
  RequireAlpha(image);
  RequireInside(image, rect);
  RequireRange(range);
  RequireCovers(source, top, left, rect);
  StoreMean(source, top, left, range, rect, image.channels() - 1, image);
}

}  // namespace winnow
