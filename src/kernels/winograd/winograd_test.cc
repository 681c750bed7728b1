#include "kernels/winograd/winograd.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "kernels/reference/arithmetic.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

// Products of matrices whose entries are all positive: |A|^T M |A| and the like.
template <std::size_t kRows, std::size_t kInner>
using Matrix = std::array<std::array<double, kInner>, kRows>;

template <std::size_t kRows, std::size_t kInner>
Matrix<kRows, kRows> Sandwiched(const Matrix<kRows, kInner>& a, const Matrix<kInner, kInner>& m) {
  Matrix<kRows, kRows> result = {};
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t j = 0; j < kRows; ++j) {
      for (std::size_t k = 0; k < kInner; ++k) {
        for (std::size_t l = 0; l < kInner; ++l) result[i][j] += a[i][k] * m[k][l] * a[j][l];
      }
    }
  }
  return result;
}

// Magnitudes of the transforms' coefficients, from the points alone.
struct Magnitudes {
  Matrix<6, 3> g = {};
  Matrix<6, 6> b = {};  // of B^T
  Matrix<4, 6> a = {};  // of A^T

  Magnitudes() {
    const std::array<double, 5> points = {0, std::sqrt(0.5), -std::sqrt(0.5), std::sqrt(2.0),
                                          -std::sqrt(2.0)};
    for (int i = 0; i < 6; ++i) {
      std::vector<double> polynomial = {1};  // zero at the other points
      double distances = 1;
      for (int p = 0; p < 5; ++p) {
        if (p == i) continue;
        polynomial.push_back(0);
        for (std::size_t k = polynomial.size() - 1; k > 0; --k) {
          polynomial[k] = polynomial[k - 1] - points[p] * polynomial[k];
        }
        polynomial[0] *= -points[p];
        if (i < 5) distances *= points[i] - points[p];
      }
      for (std::size_t k = 0; k < polynomial.size(); ++k) b[i][k] = std::abs(polynomial[k]);
      for (int k = 0; k < 3; ++k) {
        g[i][k] = i < 5 ? std::abs(std::pow(points[i], k) / distances) : k == 2;
      }
      for (int k = 0; k < 4; ++k) a[k][i] = i < 5 ? std::abs(std::pow(points[i], k)) : k == 3;
    }
  }
};

// A random layer with all that may surround it.
struct Case {
  int channels, outputs, height, width;
  int shuffle = 1;
  ActivationKind before, after;
  float slope_before, slope_after;
  bool residual;
  Tensor weight;
  std::vector<float> bias, input, added;
};

Case Draw(Random& random) {
  Case c;
  c.channels = RandomInt(random, 1, 20);
  c.shuffle = random.Below(4) == 0 ? 2 : 1;
  c.outputs = RandomInt(random, 1, 40) * c.shuffle * c.shuffle;
  c.height = RandomInt(random, 1, 14);
  c.width = RandomInt(random, 1, 150);
  c.before = static_cast<ActivationKind>(random.Below(3));
  c.after = static_cast<ActivationKind>(random.Below(3));
  c.slope_before = static_cast<float>(random.Normal());
  c.slope_after = static_cast<float>(random.Normal());
  c.residual = random.Coin();
  c.weight = Tensor({c.outputs, c.channels, 3, 3});
  for (float& w : c.weight.data) w = static_cast<float>(random.Normal());
  c.bias = RandomValues(c.outputs, random);
  const std::size_t area = std::size_t{1} * c.height * c.width;
  c.input = RandomValues(c.channels * area, random);
  c.added = RandomValues(c.outputs * area, random);
  return c;
}

// The exact results, each with the documented bound, by [output][y][x].
std::vector<Bounded> Convolved(const Case& c) {
  static const Magnitudes magnitudes;
  const auto pixel = [&](int channel, int y, int x) -> double {
    const bool inside = 0 <= y && y < c.height && 0 <= x && x < c.width;
    return inside ? c.input[(std::size_t{1} * channel * c.height + y) * c.width + x] : 0;
  };
  // |B|^T |x| |B| of the window that a tile at (y, x) reads. Where tiles begin in a row is the
  // layout's affair, so every pixel gets the largest bound of the four windows it may lie in.
  std::vector<Matrix<6, 6>> weights;
  for (int i = 0; i < c.outputs * c.channels; ++i) {
    Matrix<6, 6> u = {};
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 6; ++x) {
        for (int k = 0; k < 9; ++k) {
          u[y][x] +=
              magnitudes.g[y][k / 3] * std::abs(c.weight.data[i * 9 + k]) * magnitudes.g[x][k % 3];
        }
      }
    }
    weights.push_back(u);
  }
  std::vector<Bounded> result(std::size_t{1} * c.outputs * c.height * c.width);
  const auto at = [&](int o, int y, int x) -> Bounded& {
    return result[(std::size_t{1} * o * c.height + y) * c.width + x];
  };
  for (int y = 0; y < c.height; y += 4) {
    for (int x = 0; x < c.width; ++x) {
      std::vector<Matrix<6, 6>> windows;
      for (int channel = 0; channel < c.channels; ++channel) {
        Matrix<6, 6> d;
        for (int i = 0; i < 6; ++i) {
          for (int j = 0; j < 6; ++j) {
            d[i][j] = std::abs(pixel(channel, y + i - 1, x + j - 1));
          }
        }
        windows.push_back(Sandwiched(magnitudes.b, d));
      }
      for (int o = 0; o < c.outputs; ++o) {
        Matrix<6, 6> m = {};
        for (int channel = 0; channel < c.channels; ++channel) {
          for (int f = 0; f < 36; ++f) {
            m[f / 6][f % 6] +=
                weights[o * c.channels + channel][f / 6][f % 6] * windows[channel][f / 6][f % 6];
          }
        }
        const Matrix<4, 4> bound = Sandwiched(magnitudes.a, m);
        for (int i = 0; i < 4 && y + i < c.height; ++i) {
          for (int j = 0; j < 4 && x + j < c.width; ++j) {
            double& error = at(o, y + i, x + j).error;
            error = std::max(error, Gamma(c.channels + 24) * bound[i][j] + kSmallestNormal);
          }
        }
      }
    }
  }
  for (int o = 0; o < c.outputs; ++o) {
    for (int y = 0; y < c.height; ++y) {
      for (int x = 0; x < c.width; ++x) {
        double sum = 0;
        for (int i = 0; i < c.channels * 9; ++i) {
          sum += static_cast<double>(c.weight.data[o * c.channels * 9 + i]) *
                 pixel(i / 9, y + i % 9 / 3 - 1, x + i % 3 - 1);
        }
        at(o, y, x).value = sum;
      }
    }
  }
  return result;
}

Bounded Activated(ActivationKind kind, const Bounded& x, float slope) {
  if (kind == ActivationKind::kRelu) return Greater(x, Bounded(0));
  return kind == ActivationKind::kSlope ? Slope(x, slope) : x;
}

std::vector<Bounded> Expected(const Case& c) {
  std::vector<Bounded> result = Convolved(c);
  const std::size_t area = std::size_t{1} * c.height * c.width;
  for (std::size_t i = 0; i < result.size(); ++i) {
    Bounded& x = result[i];
    x = Activated(c.before, Plus(x, Bounded(c.bias[i / area])), c.slope_before);
    if (c.residual) x = Plus(x, Bounded(c.added[i]));
    x = Activated(c.after, x, c.slope_after);
  }
  return result;
}

// out[k / r^2][y * r + i][x * r + j] = in[k][y][x], where k % r^2 = i * r + j.
template <typename T>
std::vector<T> Shuffled(const Case& c, const std::vector<T>& in) {
  const int r = c.shuffle;
  std::vector<T> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const int x = static_cast<int>(i % c.width);
    const int y = static_cast<int>(i / c.width % c.height);
    const int k = static_cast<int>(i / c.width / c.height);
    const int phase = k % (r * r);
    out[(std::size_t{1} * (k / (r * r)) * c.height * r + y * r + phase / r) * c.width * r + x * r +
        phase % r] = in[i];
  }
  return out;
}

struct Manner {
  int extra_span = 0;
  int band = kWinogradTile;  // rows done at a time, last ones first
};

// The result, after checks that the layout is kept.
std::vector<float> Convolve(const Case& c, Isa isa, const Manner& run) {
  const int lanes = Lanes(isa);
  const int span = (c.width + lanes - 1) / lanes + run.extra_span;
  LaneImage in({c.channels, c.height, c.width, span, lanes, 1, 1});
  in.Fill(c.input);
  const int r = c.shuffle;
  LaneShape shape = {c.outputs / (r * r), c.height * r, c.width * r, span * r, lanes, 2, 1};
  LaneImage out(shape);
  shape.halo = 3;
  LaneImage added(shape);
  added.Fill(Shuffled(c, c.added));

  const WinogradKernel kernel = WinogradKernelFor(isa);
  WinogradTask task;
  task.conv.in = in.tensor();
  task.conv.out = out.tensor();
  if (c.residual) task.conv.residual = added.tensor();
  task.conv.height = c.height;
  task.conv.span = span;
  task.conv.out_step = r;
  task.conv.mask = LaneMask(c.width, span, lanes);
  task.conv.before = c.before;
  task.conv.after = c.after;
  for (int k = 0; k < c.outputs; ++k) {
    const auto offset = [&](const LaneTensor& t) {
      return k % (r * r) / r * t.row_stride + k / (r * r) * t.channel_stride + k % r * t.lanes;
    };
    task.conv.outputs.push_back(
        {offset(out.tensor()), offset(added.tensor()), c.bias[k], c.slope_before, c.slope_after});
  }
  task.weights = PackWinograd(c.weight, kernel.group);
  task.scratch = std::make_shared<ScratchPool>(1);
  task.scratch->Reserve(WinogradScratch(isa, c.channels));
  const int bands = (c.height + run.band - 1) / run.band;
  for (int b = bands - 1; b >= 0; --b) {
    kernel.run(task, b * run.band, std::min((b + 1) * run.band, c.height));
  }
  EXPECT_TRUE(out.IsConsistent());
  return out.Pixels();
}

class WinogradTest : public testing::TestWithParam<Isa> {};

TEST_P(WinogradTest, StaysWithinTheBound) {
  Random random(1);
  for (int trial = 0; trial < 60; ++trial) {
    const Case c = Draw(random);
    const Manner run = {RandomInt(random, 0, 9), kWinogradTile * RandomInt(random, 1, 3)};
    const std::vector<Bounded> expected = Shuffled(c, Expected(c));
    const std::vector<float> result = Convolve(c, GetParam(), run);
    ASSERT_EQ(result.size(), expected.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
          << "trial " << trial << ", element " << i;
    }
  }
}

TEST_P(WinogradTest, BandsDoNotChangeABit) {
  Random random(2);
  for (int trial = 0; trial < 20; ++trial) {
    const Case c = Draw(random);
    EXPECT_EQ(Convolve(c, GetParam(), {0, 4}), Convolve(c, GetParam(), {0, 1000})) << trial;
  }
}

// The figures that the header gives, with room for other random numbers.
TEST_P(WinogradTest, IsAsAccurateAsDocumented) {
  Random random(3);
  Case c = Draw(random);
  c.channels = 64;
  c.outputs = 16;
  c.height = 24;
  c.width = 128;
  c.shuffle = 1;
  c.before = c.after = ActivationKind::kNone;
  c.residual = false;
  c.weight = Tensor({c.outputs, c.channels, 3, 3});
  for (float& w : c.weight.data) w = static_cast<float>(random.Normal());
  c.bias.assign(c.outputs, 0);
  c.input = RandomValues(std::size_t{64} * c.height * c.width, random);
  c.added.assign(std::size_t{16} * c.height * c.width, 0);
  const std::vector<float> result = Convolve(c, GetParam(), {});
  double errors = 0, squares = 0, worst = 0;
  for (int o = 0, i = 0; o < c.outputs; ++o) {
    for (int y = 0; y < c.height; ++y) {
      for (int x = 0; x < c.width; ++x, ++i) {
        double sum = 0;
        for (int t = 0; t < c.channels * 9; ++t) {
          const int iy = y + t % 9 / 3 - 1;
          const int ix = x + t % 3 - 1;
          if (iy < 0 || iy >= c.height || ix < 0 || ix >= c.width) continue;
          sum += static_cast<double>(c.weight.data[o * c.channels * 9 + t]) *
                 c.input[(std::size_t{1} * (t / 9) * c.height + iy) * c.width + ix];
        }
        squares += sum * sum;
        errors += (result[i] - sum) * (result[i] - sum);
        worst = std::max(worst, std::abs(result[i] - sum));
      }
    }
  }
  const double rms = std::sqrt(squares / static_cast<double>(result.size()));
  EXPECT_LT(std::sqrt(errors / static_cast<double>(result.size())) / rms, 1e-6);
  EXPECT_LT(worst / rms, 1.2e-5);
}

INSTANTIATE_TEST_SUITE_P(Targets, WinogradTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
