#include "image/bicubic.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"

namespace winnow {
namespace {

// The weighted source samples of every output sample along one axis.
struct Taps {
  int count = 0;               // taps per output sample
  std::vector<int> index;      // [output][count], already folded into 0..in-1
  std::vector<double> weight;  // [output][count], each row sums to 1
};

// Keys' cubic convolution kernel with a = -0.5; support (-2, 2).
double Cubic(double x) {
  x = std::abs(x);
  if (x <= 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x <= 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

// 0 1 .. n-1 n-1 .. 1 0 0 1 ..: the edge sample is repeated.
int Mirrored(int i, int n) {
  const int period = 2 * n;
  i = (i % period + period) % period;
  return i < n ? i : period - 1 - i;
}

// Of the outputs [out.begin, out.end).
Taps MakeTaps(int in, RowRange out, double scale) {
  const double stretch = std::min(scale, 1.0);  // shrinking widens the kernel (antialiasing)
  const double width = 4 / stretch;
  Taps taps;
  taps.count = static_cast<int>(std::ceil(width)) + 2;
  taps.index.resize(static_cast<std::size_t>(out.end - out.begin) * taps.count);
  taps.weight.resize(taps.index.size());
  for (int o = out.begin; o < out.end; ++o) {
    const double centre = (o + 1) / scale + 0.5 * (1 - 1 / scale);  // one-based
    const double first = std::floor(centre - width / 2);
    const std::size_t start = static_cast<std::size_t>(o - out.begin) * taps.count;
    int* index = taps.index.data() + start;
    double* weight = taps.weight.data() + start;
    double sum = 0;
    for (int t = 0; t < taps.count; ++t) {
      weight[t] = stretch * Cubic(stretch * (centre - (first + t)));
      index[t] = Mirrored(static_cast<int>(first) + t - 1, in);
      sum += weight[t];
    }
    for (int t = 0; t < taps.count; ++t) weight[t] /= sum;
  }
  return taps;
}

void Unpack(const Image& image, int y, std::vector<double>& row) {
  const int samples = image.width() * image.channels();
  const std::uint8_t* from =
      image.data() + static_cast<std::size_t>(y) * samples * (image.bits() / 8);
  if (image.bits() == 8) {
    for (int i = 0; i < samples; ++i) row[i] = from[i];
  } else if (image.bits() == 16) {
    for (int i = 0; i < samples; ++i) row[i] = from[2 * i] | from[2 * i + 1] << 8;
  } else {
    for (int i = 0; i < samples; ++i) {
      float value = 0;
      std::memcpy(&value, from + sizeof value * i, sizeof value);
      row[i] = value;
    }
  }
}

// Clamped to the sample range.
void Pack(const std::vector<double>& row, int y, Image& image) {
  const int samples = image.width() * image.channels();
  std::uint8_t* to = image.data() + static_cast<std::size_t>(y) * samples * (image.bits() / 8);
  const double white = image.white();
  // Clamped to at least 0 before the cast, so that truncation rounds half up.
  const auto rounded = [&](double v) {
    return static_cast<int>(std::min(std::max(v + 0.5, 0.0), white));
  };
  if (image.bits() == 8) {
    for (int i = 0; i < samples; ++i) to[i] = static_cast<std::uint8_t>(rounded(row[i]));
  } else if (image.bits() == 16) {
    for (int i = 0; i < samples; ++i) {
      const int value = rounded(row[i]);
      to[2 * i] = static_cast<std::uint8_t>(value & 255);
      to[2 * i + 1] = static_cast<std::uint8_t>(value >> 8);
    }
  } else {
    for (int i = 0; i < samples; ++i) {
      const auto value = static_cast<float>(std::clamp(row[i], 0.0, white));
      std::memcpy(to + sizeof value * i, &value, sizeof value);
    }
  }
}

// `image` holds the source rows from `top` on.
Image ResizeHeight(const Image& image, int top, const Taps& taps) {
  const int height = static_cast<int>(taps.index.size()) / taps.count;
  Image result(image.width(), height, image.channels(), image.bits());
  const int samples = image.width() * image.channels();
  std::vector<double> row(samples);
  std::vector<double> sum(samples);
  for (int y = 0; y < height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (int t = 0; t < taps.count; ++t) {
      const std::size_t k = static_cast<std::size_t>(y) * taps.count + t;
      const double weight = taps.weight[k];
      if (weight == 0) continue;
      Unpack(image, taps.index[k] - top, row);
      for (int i = 0; i < samples; ++i) sum[i] += weight * row[i];
    }
    Pack(sum, y, result);
  }
  return result;
}

// One row of `channels` interleaved channels.
template <int kChannels>
void ResizeRow(const Taps& taps, const double* row, int width, double* out) {
  for (int x = 0; x < width; ++x) {
    const int* index = taps.index.data() + static_cast<std::size_t>(x) * taps.count;
    const double* weight = taps.weight.data() + static_cast<std::size_t>(x) * taps.count;
    double sum[kChannels] = {};
    for (int t = 0; t < taps.count; ++t) {
      const double* pixel = row + static_cast<std::size_t>(index[t]) * kChannels;
      for (int c = 0; c < kChannels; ++c) sum[c] += weight[t] * pixel[c];
    }
    for (int c = 0; c < kChannels; ++c) out[x * kChannels + c] = sum[c];
  }
}

Image ResizeWidth(const Image& image, int width, double scale) {
  static constexpr decltype(&ResizeRow<1>) kResizeRow[] = {ResizeRow<1>, ResizeRow<2>, ResizeRow<3>,
                                                           ResizeRow<4>};
  const Taps taps = MakeTaps(image.width(), {0, width}, scale);
  Image result(width, image.height(), image.channels(), image.bits());
  std::vector<double> row(static_cast<std::size_t>(image.width()) * image.channels());
  std::vector<double> out(static_cast<std::size_t>(width) * image.channels());
  for (int y = 0; y < image.height(); ++y) {
    Unpack(image, y, row);
    kResizeRow[image.channels() - 1](taps, row.data(), width, out.data());
    Pack(out, y, result);
  }
  return result;
}

int ScaledExtent(int extent, Ratio ratio) {
  if (ratio.numerator < 1 || ratio.denominator < 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "bicubic resize: the ratio " + std::to_string(ratio.numerator) + "/" +
                    std::to_string(ratio.denominator) + " is not positive");
  }
  const std::int64_t scaled =
      (static_cast<std::int64_t>(extent) * ratio.numerator + ratio.denominator - 1) /
      ratio.denominator;
  if (scaled > std::numeric_limits<int>::max() / 8) {  // samples of a row are counted in int
    throw Error(ErrorKind::kInvalidArgument, "bicubic resize: the result would be too large");
  }
  return static_cast<int>(scaled);
}

}  // namespace

RowRange BicubicSource(int height, RowRange rows, Ratio ratio) {
  RowRange source = {height, 0};
  const auto include = [&](RowRange range) {
    const Taps taps = MakeTaps(height, range, ratio.value());
    for (std::size_t i = 0; i < taps.index.size(); ++i) {
      if (taps.weight[i] == 0) continue;
      source.begin = std::min(source.begin, taps.index[i]);
      source.end = std::max(source.end, taps.index[i] + 1);
    }
  };
  // The last row reaches back furthest from the lower border that it is mirrored at.
  const int last = ScaledExtent(height, ratio) - 1;
  include({last, last + 1});
  source.end = 0;
  include(rows);
  return source;
}

Image ResizeBicubicRows(const Image& part, int top, int height, RowRange rows, Ratio ratio) {
  const double scale = ratio.value();
  const Image resized = ResizeHeight(part, top, MakeTaps(height, rows, scale));
  return ResizeWidth(resized, ScaledExtent(part.width(), ratio), scale);
}

Image ResizeBicubic(const Image& image, int numerator, int denominator) {
  const Ratio ratio = {numerator, denominator};
  const int height = ScaledExtent(image.height(), ratio);
  Image result = ResizeBicubicRows(image, 0, image.height(), {0, height}, ratio);
  result.metadata = image.metadata;
  return result;
}

BicubicRows::BicubicRows(std::unique_ptr<RowSource> rows, Ratio ratio)
    : source_(std::move(rows)), window_(*source_), ratio_(ratio) {
  shape_ = source_->shape();
  shape_.width = ScaledExtent(shape_.width, ratio);
  shape_.height = ScaledExtent(shape_.height, ratio);
  metadata_ = source_->metadata();
}

void BicubicRows::Read(int count, std::uint8_t* rows) {
  constexpr int kRowsAtOnce = 64;
  const int height = source_->shape().height;
  for (const int end = next_ + count; next_ < end;) {
    const RowRange range = {next_, std::min(end, next_ + kRowsAtOnce)};
    const RowRange needed = BicubicSource(height, range, ratio_);
    const Image& part = window_.Slide(needed.begin, needed.end);
    const Image resized = ResizeBicubicRows(part, needed.begin, height, range, ratio_);
    rows = std::copy_n(resized.data(), resized.size_bytes(), rows);
    next_ = range.end;
  }
}

}  // namespace winnow
