// Which weights of a convolution to give up, and what the others must then be: the optimal brain
// surgeon (Hassibi and Stork, 1993) for N:M patterns.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "compress/moments.h"
#include "tensor/tensor.h"

namespace winnow {

// One group of a convolution as a least squares problem: with one column of weights w an output,
// minimise w^T h w - 2 b^T w.
struct LeastSquares {
  FeatureLayout layout;
  Eigen::MatrixXd h;  // features x features, positive definite
  Eigen::MatrixXd b;  // features x outputs

  int outputs() const { return static_cast<int>(b.cols()); }
};

struct Regularisation {
  // Keeps weights near those of the dense network where the inputs say little: a part of the mean
  // of the diagonal that is added to it.
  double damping = 1e-3;
  // What the outputs should be: 1, the moments' targets; 0, what the dense weights make of the
  // inputs that there are; in between, a mean of both.
  double carry = 1;
};

// `dense` is features x outputs.
LeastSquares PoseProblem(const Moments& moments, const FeatureLayout& layout,
                         const Eigen::MatrixXd& dense, const Regularisation& regularisation);

struct Elimination {
  // In the layout of b without the bias: ranks[output * layout.weights() + feature]; the weight is
  // kept by N:m when its rank is less than N (sparsity/ranks.h).
  std::vector<std::uint8_t> ranks;
  // By N = 0..m: how much the sum of squares grows over that with all weights, the survivors being
  // refitted; never rises with N. That of 0 is infinite: N is at least 1.
  std::vector<double> loss;
};

// Takes weights away in m - 1 rounds. In each, every group of m consecutive channels loses the
// weight whose loss the others can make up for best, by w^2 / (h^-1)_ww; then the survivors are
// corrected. Short groups lose theirs in some of the rounds (KeptInGroup).
Elimination Eliminate(const LeastSquares& problem, int m, int threads);

// The best weights, features x outputs.
Eigen::MatrixXd FitAll(const LeastSquares& problem);

// The same when those with a rank of at least n are zero.
Eigen::MatrixXd Refit(const LeastSquares& problem, std::span<const std::uint8_t> ranks, int n,
                      int threads);

// Between a convolution's params and the weights of its group `group`. `bias` may be null exactly
// where the layout has none.
Eigen::MatrixXd ToFeatures(const FeatureLayout& layout, const Tensor& weight, const Tensor* bias,
                           int group, int groups);
void FromFeatures(const FeatureLayout& layout, const Eigen::MatrixXd& features, int group,
                  int groups, Tensor& weight, Tensor* bias);

}  // namespace winnow
