#include "image/quality.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/error.h"

namespace winnow {
namespace {

constexpr int kWindow = 11;
constexpr double kPeak = 255;
constexpr double kC1 = (0.01 * kPeak) * (0.01 * kPeak);
constexpr double kC2 = (0.03 * kPeak) * (0.03 * kPeak);

// One channel in double precision.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<double> data;

  const double* Row(int y) const { return data.data() + static_cast<std::size_t>(y) * width; }
  double* Row(int y) { return data.data() + static_cast<std::size_t>(y) * width; }
};

// offset + the weighted sum of R, G, B inside `rect`.
Plane Mix(const Image& image, const Rect& rect, const std::array<double, 3>& weights,
          double offset) {
  Plane plane{rect.width, rect.height, {}};
  plane.data.resize(static_cast<std::size_t>(rect.width) * rect.height);
  const int channels = image.channels();
  const bool grey = image.colour_channels() == 1;
  for (int y = 0; y < rect.height; ++y) {
    const std::uint8_t* pixel =
        image.data() + (static_cast<std::size_t>(rect.y + y) * image.width() + rect.x) * channels;
    double* row = plane.Row(y);
    for (int x = 0; x < rect.width; ++x, pixel += channels) {
      const int r = pixel[0];
      const int g = grey ? r : pixel[1];
      const int b = grey ? r : pixel[2];
      row[x] = offset + weights[0] * r + weights[1] * g + weights[2] * b;
    }
  }
  return plane;
}

double SquaredError(const Plane& a, const Plane& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) {
    const double d = a.data[i] - b.data[i];
    sum += d * d;
  }
  return sum / static_cast<double>(a.data.size());
}

double Psnr(double squared_error) {
  if (squared_error == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(kPeak * kPeak / squared_error);
}

std::array<double, kWindow> GaussianWindow() {
  constexpr double kSigma = 1.5;
  std::array<double, kWindow> window;
  double sum = 0;
  for (int i = 0; i < kWindow; ++i) {
    const double d = i - kWindow / 2;
    window[i] = std::exp(-d * d / (2 * kSigma * kSigma));
    sum += window[i];
  }
  for (double& w : window) w /= sum;
  return window;
}

// Windowed means along one row of windows: of a, b, a^2 + b^2 and a b.
struct Moments {
  explicit Moments(int width) : a(width), b(width), squares(width), product(width) {}
  std::vector<double> a, b, squares, product;
};

// The vertical half of the window, for all columns of the rows y .. y + 10.
void FilterColumns(const Plane& a, const Plane& b, int y, const std::array<double, kWindow>& window,
                   Moments& out) {
  for (auto* v : {&out.a, &out.b, &out.squares, &out.product}) std::fill(v->begin(), v->end(), 0.0);
  for (int t = 0; t < kWindow; ++t) {
    const double* p = a.Row(y + t);
    const double* q = b.Row(y + t);
    for (int x = 0; x < a.width; ++x) {
      out.a[x] += window[t] * p[x];
      out.b[x] += window[t] * q[x];
      out.squares[x] += window[t] * (p[x] * p[x] + q[x] * q[x]);
      out.product[x] += window[t] * (p[x] * q[x]);
    }
  }
}

void FilterRow(const std::vector<double>& in, const std::array<double, kWindow>& window,
               std::vector<double>& out) {
  std::fill(out.begin(), out.end(), 0.0);
  for (int t = 0; t < kWindow; ++t) {
    for (std::size_t x = 0; x < out.size(); ++x) out[x] += window[t] * in[x + t];
  }
}

double Ssim(const Plane& a, const Plane& b) {
  const auto window = GaussianWindow();
  const int width = a.width - kWindow + 1;
  const int height = a.height - kWindow + 1;
  Moments columns(a.width);
  Moments m(width);
  double sum = 0;
  for (int y = 0; y < height; ++y) {
    FilterColumns(a, b, y, window, columns);
    FilterRow(columns.a, window, m.a);
    FilterRow(columns.b, window, m.b);
    FilterRow(columns.squares, window, m.squares);
    FilterRow(columns.product, window, m.product);
    for (int x = 0; x < width; ++x) {
      const double means = m.a[x] * m.a[x] + m.b[x] * m.b[x];
      const double mean_product = m.a[x] * m.b[x];
      sum += (2 * mean_product + kC1) * (2 * (m.product[x] - mean_product) + kC2) /
             ((means + kC1) * (m.squares[x] - means + kC2));
    }
  }
  return sum / (static_cast<double>(width) * height);
}

Quality CompareLuminance(const Image& image, const Image& reference, const Rect& rect) {
  // The published PSNR weighs by 1/256, the published SSIM by BT.601 on 0..1; neither is a slip
  // here.
  constexpr std::array<double, 3> kErrorWeights = {65.738 / 256, 129.057 / 256, 25.064 / 256};
  constexpr std::array<double, 3> kLuminance = {65.481 / 255, 128.553 / 255, 24.966 / 255};
  return {Psnr(SquaredError(Mix(image, rect, kErrorWeights, 0),
                            Mix(reference, rect, kErrorWeights, 0))),
          Ssim(Mix(image, rect, kLuminance, 16), Mix(reference, rect, kLuminance, 16))};
}

Quality CompareColour(const Image& image, const Image& reference, const Rect& rect) {
  double squared_error = 0;
  double ssim = 0;
  for (int c = 0; c < 3; ++c) {
    std::array<double, 3> channel = {};
    channel[c] = 1;
    const Plane a = Mix(image, rect, channel, 0);
    const Plane b = Mix(reference, rect, channel, 0);
    squared_error += SquaredError(a, b) / 3;
    ssim += Ssim(a, b) / 3;
  }
  return {Psnr(squared_error), ssim};
}

[[noreturn]] void Fail(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, "comparing pictures: " + message);
}

std::string Extent(const Image& image) {
  return std::to_string(image.width()) + "x" + std::to_string(image.height());
}

}  // namespace

Protocol ParseProtocol(const std::string& name) {
  constexpr std::string_view kLuminance = "y-shave";
  if (name == "rgb") return {.luminance = false, .shave = 0};
  if (name.starts_with(kLuminance)) {
    Protocol protocol;
    const char* first = name.data() + kLuminance.size();
    const char* last = name.data() + name.size();
    const auto [end, error] = std::from_chars(first, last, protocol.shave);
    if (error == std::errc() && end == last && protocol.shave >= 0) return protocol;
  }
  throw Error(ErrorKind::kInvalidArgument,
              "unknown quality protocol \"" + name +
                  "\"; there are \"y-shaveN\" (luminance, N pixels shaved on every side, as in "
                  "y-shave4) and \"rgb\"");
}

std::string ToString(const Protocol& protocol) {
  return protocol.luminance ? "y-shave" + std::to_string(protocol.shave) : "rgb";
}

Quality Compare(const Image& image, const Image& reference, const Protocol& protocol) {
  if (image.bits() != 8 || reference.bits() != 8) Fail("both must have 8 bits a sample");
  const int slack = std::max(protocol.shave, 1);  // what scaling down and up again may cut off
  const int extra_width = reference.width() - image.width();
  const int extra_height = reference.height() - image.height();
  if (extra_width < 0 || extra_height < 0 || extra_width >= slack || extra_height >= slack) {
    Fail("extents differ: " + Extent(image) + " against " + Extent(reference));
  }
  const int shave = protocol.shave;
  if (image.width() - kWindow < 2 * std::int64_t{shave} ||
      image.height() - kWindow < 2 * std::int64_t{shave}) {
    Fail(Extent(image) + " is too small for " + ToString(protocol) + "; at least " +
         std::to_string(kWindow) + " pixels a side must remain");
  }
  const Rect rect{shave, shave, image.width() - 2 * shave, image.height() - 2 * shave};
  return protocol.luminance ? CompareLuminance(image, reference, rect)
                            : CompareColour(image, reference, rect);
}

}  // namespace winnow
