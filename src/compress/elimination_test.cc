#include "compress/elimination.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "sparsity/pattern.h"
#include "sparsity/ranks.h"

namespace winnow {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd RandomMatrix(int rows, int columns, std::uint64_t seed) {
  Random random(seed);
  MatrixXd matrix(rows, columns);
  for (double& x : matrix.reshaped()) x = random.Normal();
  return matrix;
}

// Of data x [pixels x features] with targets made by `weights`.
LeastSquares ProblemOf(const FeatureLayout& layout, const MatrixXd& x, const MatrixXd& weights,
                       double damping) {
  MatrixXd h = x.transpose() * x;
  MatrixXd b = h * weights + damping * weights;
  h.diagonal().array() += damping;
  return {layout, h, b};
}

// w^T h w - 2 b^T w over all outputs, up to a constant.
double Objective(const LeastSquares& problem, const MatrixXd& w) {
  return w.cwiseProduct(problem.h * w - 2 * problem.b).sum();
}

// Correlated features, the last of them constant where there is a bias.
MatrixXd CorrelatedData(const FeatureLayout& layout, int pixels, std::uint64_t seed) {
  MatrixXd x = RandomMatrix(pixels, layout.size(), seed) +
               0.8 * RandomMatrix(pixels, 3, seed + 1) * RandomMatrix(3, layout.size(), seed + 2);
  if (layout.bias) x.col(layout.weights()).setOnes();
  return x;
}

int KeptOf(const Elimination& elimination, const FeatureLayout& layout, int output, int tap,
           int begin, int end, int n) {
  int kept = 0;
  for (int c = begin; c < end; ++c) {
    kept += elimination.ranks[output * layout.weights() + tap * layout.channels + c] < n;
  }
  return kept;
}

class EliminationTest : public testing::TestWithParam<FeatureLayout> {
 protected:
  static constexpr int kM = 8;
  static constexpr int kOutputs = 3;
  const FeatureLayout layout_ = GetParam();
  const MatrixXd dense_ = RandomMatrix(layout_.size(), kOutputs, 5);
  const LeastSquares problem_ =
      ProblemOf(layout_, CorrelatedData(layout_, 200, 7), dense_, /*damping=*/0.1);
  const Elimination elimination_ = Eliminate(problem_, kM, 2);
};

TEST_P(EliminationTest, EveryGroupKeepsWhatThePatternSays) {
  for (int n = 1; n <= kM; ++n) {
    for (int output = 0; output < kOutputs; ++output) {
      for (int tap = 0; tap < layout_.taps; ++tap) {
        for (int begin = 0; begin < layout_.channels; begin += kM) {
          const int end = std::min(begin + kM, layout_.channels);
          EXPECT_EQ(KeptOf(elimination_, layout_, output, tap, begin, end, n),
                    KeptInGroup({n, kM}, end - begin));
        }
      }
    }
  }
}

TEST_P(EliminationTest, LossIsThatOfTheRefit) {
  const double least = Objective(problem_, FitAll(problem_));
  EXPECT_EQ(elimination_.loss[kM], 0);
  EXPECT_TRUE(std::isinf(elimination_.loss[0]));
  for (int n = 1; n < kM; ++n) {
    const double loss = Objective(problem_, Refit(problem_, elimination_.ranks, n, 1)) - least;
    EXPECT_NEAR(elimination_.loss[n], loss, 1e-3 * loss + 1e-6) << n;
    EXPECT_GE(elimination_.loss[n], elimination_.loss[n + 1]);
  }
}

TEST_P(EliminationTest, RefitEqualsDirectLeastSquares) {
  constexpr int kN = 3;
  const MatrixXd x = CorrelatedData(layout_, 200, 7);
  const LeastSquares undamped = ProblemOf(layout_, x, dense_, 0);
  const MatrixXd fitted = Refit(undamped, elimination_.ranks, kN, 1);
  for (int output = 0; output < kOutputs; ++output) {
    std::vector<int> kept;
    for (int f = 0; f < layout_.size(); ++f) {
      const bool keep =
          f >= layout_.weights() || elimination_.ranks[output * layout_.weights() + f] < kN;
      if (keep) {
        kept.push_back(f);
      } else {
        EXPECT_EQ(fitted(f, output), 0);
      }
    }
    const MatrixXd columns = x(Eigen::all, kept);
    const VectorXd wanted = columns.colPivHouseholderQr().solve(x * dense_.col(output));
    for (std::size_t k = 0; k < kept.size(); ++k) {
      EXPECT_NEAR(fitted(kept[k], output), wanted[k], 1e-8);
    }
  }
}

TEST_P(EliminationTest, BetterThanMagnitudes) {
  for (int n = 1; n < kM; ++n) {
    MatrixXd kept = dense_;
    for (int output = 0; output < kOutputs; ++output) {
      // Features are taps of channels; sparsity/ranks.h takes channels of taps.
      std::vector<float> row(layout_.weights());
      for (int f = 0; f < layout_.weights(); ++f) {
        row[f % layout_.channels * layout_.taps + f / layout_.channels] =
            static_cast<float>(dense_(f, output));
      }
      const auto ranks = Ranks(row, {1, layout_.channels, layout_.taps, 1}, kM);
      for (int f = 0; f < layout_.weights(); ++f) {
        if (ranks[f % layout_.channels * layout_.taps + f / layout_.channels] >= n) {
          kept(f, output) = 0;
        }
      }
    }
    const double by_magnitude = Objective(problem_, kept) - Objective(problem_, FitAll(problem_));
    EXPECT_LE(elimination_.loss[n], by_magnitude + 1e-9);
    if (n <= kM / 2) EXPECT_LT(elimination_.loss[n], 0.9 * by_magnitude);
  }
}

INSTANTIATE_TEST_SUITE_P(Elimination, EliminationTest,
                         testing::Values(FeatureLayout{16, 4, true}, FeatureLayout{20, 1, false},
                                         FeatureLayout{5, 9, true}),
                         [](const auto& info) {
                           return std::to_string(info.param.channels) + "x" +
                                  std::to_string(info.param.taps);
                         });

// Sixteen channels that are all sums of the same two: two of eight in each group say everything.
TEST(Elimination, LosesNothingOnLowDimensionalInputs) {
  const FeatureLayout layout{16, 1, false};
  const MatrixXd x = RandomMatrix(300, 2, 3) * RandomMatrix(2, 16, 4);
  const MatrixXd dense = RandomMatrix(16, 4, 6);
  const LeastSquares problem = ProblemOf(layout, x, dense, 1e-4 * x.squaredNorm() / 16);
  const Elimination elimination = Eliminate(problem, 8, 1);
  const MatrixXd fitted = Refit(problem, elimination.ranks, 2, 1);
  EXPECT_LT((x * fitted - x * dense).norm(), 1e-2 * (x * dense).norm());
  MatrixXd cut = dense;  // without the correction
  for (int f = 0; f < 16; ++f) {
    for (int o = 0; o < 4; ++o) {
      if (elimination.ranks[o * 16 + f] >= 2) cut(f, o) = 0;
    }
  }
  EXPECT_GT((x * cut - x * dense).norm(), 0.1 * (x * dense).norm());
}

// Uncorrelated features of equal strength leave nothing but the magnitudes to choose by.
TEST(Elimination, OfUncorrelatedFeaturesIsByMagnitude) {
  const FeatureLayout layout{16, 1, false};
  const MatrixXd dense = RandomMatrix(16, 3, 9);
  const LeastSquares problem{layout, MatrixXd::Identity(16, 16), dense};
  const Elimination elimination = Eliminate(problem, 8, 1);
  std::vector<float> rows;
  for (double w : dense.reshaped()) rows.push_back(static_cast<float>(w));
  EXPECT_EQ(elimination.ranks, Ranks(rows, {3, 16, 1, 1}, 8));
}

TEST(PoseProblem, CarryMixesTargetsAndDenseWeights) {
  const FeatureLayout layout{4, 1, true};
  const MatrixXd x = CorrelatedData(layout, 50, 1);
  const MatrixXd targets = RandomMatrix(50, 2, 2);
  const MatrixXd dense = RandomMatrix(5, 2, 3);
  MatrixXd both(50, 7);
  both << x, targets;
  const Moments moments{5, 2, 50, both.transpose() * both};
  for (double carry : {0.0, 0.5, 1.0}) {
    const LeastSquares problem = PoseProblem(moments, layout, dense, {0, carry});
    const MatrixXd wanted =
        x.colPivHouseholderQr().solve(carry * targets + (1 - carry) * x * dense);
    EXPECT_LT((FitAll(problem) - wanted).norm(), 1e-9) << carry;
  }
  const LeastSquares damped = PoseProblem(moments, layout, dense, {1e9, 1});
  EXPECT_LT((FitAll(damped) - dense).norm(), 1e-6);
}

TEST(PoseProblem, InputsThatAreAlwaysZeroLeaveTheWeights) {
  const FeatureLayout layout{4, 1, false};
  const MatrixXd dense = RandomMatrix(4, 1, 3);
  const Moments moments{4, 1, 0, MatrixXd::Zero(5, 5)};
  EXPECT_LT((FitAll(PoseProblem(moments, layout, dense, {})) - dense).norm(), 1e-12);
}

TEST(Features, GoThereAndBack) {
  const FeatureLayout layout{2, 6, true};
  Tensor weight({4, 2, 2, 3});
  Tensor bias({4});
  for (std::int64_t i = 0; i < weight.size(); ++i) weight.data[i] = static_cast<float>(i);
  for (std::int64_t i = 0; i < bias.size(); ++i) bias.data[i] = static_cast<float>(100 + i);
  Tensor weight_again(weight.shape);
  Tensor bias_again(bias.shape);
  for (int group = 0; group < 2; ++group) {
    const MatrixXd features = ToFeatures(layout, weight, &bias, group, 2);
    EXPECT_EQ(features(0 * 2 + 1, 0), weight.data[group * 24 + 6]);  // channel 1, first tap
    EXPECT_EQ(features(12, 1), bias.data[group * 2 + 1]);
    FromFeatures(layout, features, group, 2, weight_again, &bias_again);
  }
  EXPECT_EQ(weight_again, weight);
  EXPECT_EQ(bias_again, bias);
}

}  // namespace
}  // namespace winnow
