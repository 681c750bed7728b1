#include "compress/elimination.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/aligned.h"
#include "base/parallel.h"
#include "kernels/rank_update/rank_update.h"
#include "sparsity/pattern.h"

namespace winnow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// What all outputs of a problem have in common at the start: features are scaled so that the
// diagonal of h is 1, which single precision needs.
struct Start {
  FeatureLayout layout;
  int m = 1;
  VectorXd scale;                // of a feature: its weight is multiplied by this
  MatrixXd weights;              // scaled, features x outputs
  AlignedVector<float> inverse;  // of the scaled h; upper triangle, rows of RankUpdateWidth
  RankUpdateFn update = nullptr;
};

Start Prepare(const LeastSquares& problem, int m) {
  const Index size = problem.h.rows();
  const int width = RankUpdateWidth(static_cast<int>(size));
  Start start{
      problem.layout, m, problem.h.diagonal().cwiseSqrt(), {}, {}, GetRankUpdate(ChooseIsa())};
  const VectorXd shrink = start.scale.cwiseInverse();
  const MatrixXd scaled = shrink.asDiagonal() * problem.h * shrink.asDiagonal();
  const Eigen::LLT<MatrixXd> factor(scaled);
  start.weights = factor.solve(shrink.asDiagonal() * problem.b);
  const MatrixXd inverse = factor.solve(MatrixXd::Identity(size, size));
  start.inverse.assign(static_cast<std::size_t>(width) * width, 0.0f);
  for (Index i = 0; i < size; ++i) {
    for (Index j = i; j < size; ++j) {
      start.inverse[i * width + j] = static_cast<float>(inverse(i, j));
    }
  }
  return start;
}

// The weights of one output while they become fewer. Position p stands for feature active_[p].
class OutputElimination {
 public:
  OutputElimination(const Start& start, int output)
      : start_(start),
        active_(start.layout.size()),
        weights_(start.weights.col(output)),
        inverse_(start.inverse) {
    std::iota(active_.begin(), active_.end(), 0);
  }

  // Leaves n of every m; writes n as the rank of what goes.
  void ShrinkTo(int n, std::uint8_t* ranks) {
    const std::vector<int> leaving = ChooseLeaving(n);
    if (leaving.empty()) return;
    for (int p : leaving) ranks[active_[p]] = static_cast<std::uint8_t>(n);
    Remove(leaving);
  }

  double loss() const { return loss_; }

 private:
  int size() const { return static_cast<int>(active_.size()); }
  int width() const { return RankUpdateWidth(size()); }
  float InverseAt(int p, int q) const {
    return inverse_[static_cast<std::size_t>(std::min(p, q)) * width() + std::max(p, q)];
  }
  // Groups are numbered in the order of features.
  int GroupOf(int feature) const {
    const int blocks = (start_.layout.channels + start_.m - 1) / start_.m;
    return feature / start_.layout.channels * blocks + feature % start_.layout.channels / start_.m;
  }
  int ChannelsOfGroup(int feature) const {
    const int begin = feature % start_.layout.channels / start_.m * start_.m;
    return std::min(start_.m, start_.layout.channels - begin);
  }

  // Positions, in rising order: of each group that is to shrink, the one that costs least.
  std::vector<int> ChooseLeaving(int n) const {
    std::vector<int> leaving;
    for (int p = 0; p < size() && active_[p] < start_.layout.weights();) {
      const int group = GroupOf(active_[p]);
      const int kept = KeptInGroup({n, start_.m}, ChannelsOfGroup(active_[p]));
      const int begin = p;
      int best = p;
      double least = std::numeric_limits<double>::infinity();
      for (; p < size() && active_[p] < start_.layout.weights() && GroupOf(active_[p]) == group;
           ++p) {
        const double cost = weights_[p] * weights_[p] / InverseAt(p, p);
        if (cost < least) {
          least = cost;
          best = p;
        }
      }
      if (p - begin > kept) leaving.push_back(best);
    }
    return leaving;
  }

  // With R the positions leaving and K those that stay:
  //   w_K -= V_KR V_RR^-1 w_R,  V_KK -= V_KR V_RR^-1 V_RK,  loss += w_R^T V_RR^-1 w_R.
  void Remove(const std::vector<int>& leaving) {
    const int count = static_cast<int>(leaving.size());
    MatrixXd corner(count, count);
    VectorXd gone(count);
    for (int r = 0; r < count; ++r) {
      gone[r] = weights_[leaving[r]];
      for (int s = 0; s < count; ++s) corner(r, s) = InverseAt(leaving[r], leaving[s]);
    }
    const Eigen::LLT<MatrixXd> factor(corner);
    const MatrixXd lower = factor.matrixL();
    const VectorXd solved = lower.triangularView<Eigen::Lower>().solve(gone);
    loss_ += solved.squaredNorm();

    const std::vector<int> staying = Staying(leaving);
    const AlignedVector<float> rows = EliminationRows(leaving, staying, lower);
    const int new_width = RankUpdateWidth(static_cast<int>(staying.size()));
    Compact(leaving, staying);
    for (int r = 0; r < count; ++r) {
      const float* row = rows.data() + static_cast<std::ptrdiff_t>(r) * new_width;
      for (int p = 0; p < size(); ++p) weights_[p] -= solved[r] * row[p];
    }
    start_.update(rows.data(), count, new_width, -1, inverse_.data());
  }

  std::vector<int> Staying(const std::vector<int>& leaving) const {
    std::vector<int> staying;
    auto next = leaving.begin();
    for (int p = 0; p < size(); ++p) {
      if (next != leaving.end() && *next == p) {
        ++next;
      } else {
        staying.push_back(p);
      }
    }
    return staying;
  }

  // L^-1 V_RK, where V_RR = L L^T.
  AlignedVector<float> EliminationRows(const std::vector<int>& leaving,
                                       const std::vector<int>& staying,
                                       const MatrixXd& lower) const {
    const int columns = static_cast<int>(staying.size());
    const int row_width = RankUpdateWidth(columns);
    AlignedVector<float> rows(leaving.size() * row_width, 0.0f);
    for (std::size_t r = 0; r < leaving.size(); ++r) {
      float* row = rows.data() + r * row_width;
      for (int k = 0; k < columns; ++k) row[k] = InverseAt(leaving[r], staying[k]);
      for (std::size_t s = 0; s < r; ++s) {
        const float factor = static_cast<float>(lower(r, s));
        const float* above = rows.data() + s * row_width;
        for (int k = 0; k < columns; ++k) row[k] -= factor * above[k];
      }
      const float factor = static_cast<float>(1 / lower(r, r));
      for (int k = 0; k < columns; ++k) row[k] *= factor;
    }
    return rows;
  }

  // Closes the gaps. Rows move to addresses that are not above their own, so that this can be done
  // in place.
  void Compact(const std::vector<int>& leaving, const std::vector<int>& staying) {
    const int old_width = width();
    const int new_width = RankUpdateWidth(static_cast<int>(staying.size()));
    std::vector<int> ends = leaving;
    ends.push_back(size());
    for (std::size_t i = 0; i < staying.size(); ++i) {
      const float* from = inverse_.data() + static_cast<std::ptrdiff_t>(staying[i]) * old_width;
      float* to = inverse_.data() + static_cast<std::ptrdiff_t>(i) * new_width;
      int begin = 0;
      for (int end : ends) {
        to = std::copy(from + begin, from + end, to);
        begin = end + 1;
      }
    }
    for (std::size_t i = 0; i < staying.size(); ++i) {
      active_[i] = active_[staying[i]];
      weights_[i] = weights_[staying[i]];
    }
    active_.resize(staying.size());
  }

  const Start& start_;
  std::vector<int> active_;
  VectorXd weights_;
  AlignedVector<float> inverse_;
  double loss_ = 0;
};

}  // namespace

LeastSquares PoseProblem(const Moments& moments, const FeatureLayout& layout, const MatrixXd& dense,
                         const Regularisation& regularisation) {
  const Index features = moments.features;
  const MatrixXd h = moments.sum.topLeftCorner(features, features).selfadjointView<Eigen::Upper>();
  const double mean = h.diagonal().mean();
  const double damping = regularisation.damping * (mean > 0 ? mean : 1.0);
  const double carry = regularisation.carry;
  LeastSquares problem{layout, h, {}};
  problem.h.diagonal().array() += damping;
  problem.b = carry * moments.sum.topRightCorner(features, moments.outputs) +
              (1 - carry) * (h * dense) + damping * dense;
  return problem;
}

Elimination Eliminate(const LeastSquares& problem, int m, int threads) {
  const Start start = Prepare(problem, m);
  const int weights = problem.layout.weights();
  const int outputs = problem.outputs();
  Elimination result{std::vector<std::uint8_t>(static_cast<std::size_t>(outputs) * weights, 0),
                     std::vector<double>(m + 1, 0.0)};
  std::vector<std::vector<double>> losses(outputs, std::vector<double>(m + 1, 0.0));
  ParallelFor(outputs, threads, [&](int output) {
    OutputElimination elimination(start, output);
    std::uint8_t* ranks = result.ranks.data() + static_cast<std::ptrdiff_t>(output) * weights;
    for (int n = m - 1; n >= 1; --n) {
      elimination.ShrinkTo(n, ranks);
      losses[output][n] = elimination.loss();
    }
  });
  for (const std::vector<double>& loss : losses) {
    for (int n = 1; n < m; ++n) result.loss[n] += loss[n];
  }
  result.loss[0] = std::numeric_limits<double>::infinity();
  return result;
}

MatrixXd FitAll(const LeastSquares& problem) {
  return Eigen::LLT<MatrixXd>(problem.h).solve(problem.b);
}

MatrixXd Refit(const LeastSquares& problem, std::span<const std::uint8_t> ranks, int n,
               int threads) {
  const int weights = problem.layout.weights();
  MatrixXd result = MatrixXd::Zero(problem.h.rows(), problem.outputs());
  ParallelFor(problem.outputs(), threads, [&](int output) {
    std::vector<int> kept;
    for (int f = 0; f < problem.layout.size(); ++f) {
      if (f >= weights || ranks[static_cast<std::size_t>(output) * weights + f] < n) {
        kept.push_back(f);
      }
    }
    const MatrixXd h = problem.h(kept, kept);
    const VectorXd b = problem.b(kept, output);
    const VectorXd solution = Eigen::LLT<MatrixXd>(h).solve(b);
    for (std::size_t k = 0; k < kept.size(); ++k) result(kept[k], output) = solution[k];
  });
  return result;
}

MatrixXd ToFeatures(const FeatureLayout& layout, const Tensor& weight, const Tensor* bias,
                    int group, int groups) {
  const int outputs = static_cast<int>(weight.dim(0)) / groups;
  MatrixXd features(layout.size(), outputs);
  for (int o = 0; o < outputs; ++o) {
    const std::int64_t row = group * outputs + o;
    const float* from = weight.data.data() + row * layout.weights();
    for (int c = 0; c < layout.channels; ++c) {
      for (int t = 0; t < layout.taps; ++t) {
        features(t * layout.channels + c, o) = from[c * layout.taps + t];
      }
    }
    if (layout.bias) features(layout.weights(), o) = bias->data[row];
  }
  return features;
}

void FromFeatures(const FeatureLayout& layout, const MatrixXd& features, int group, int groups,
                  Tensor& weight, Tensor* bias) {
  const int outputs = static_cast<int>(weight.dim(0)) / groups;
  for (int o = 0; o < outputs; ++o) {
    const std::int64_t row = group * outputs + o;
    float* to = weight.data.data() + row * layout.weights();
    for (int c = 0; c < layout.channels; ++c) {
      for (int t = 0; t < layout.taps; ++t) {
        to[c * layout.taps + t] = static_cast<float>(features(t * layout.channels + c, o));
      }
    }
    if (layout.bias) bias->data[row] = static_cast<float>(features(layout.weights(), o));
  }
}

}  // namespace winnow
