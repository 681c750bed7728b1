#include "networks/motion_sense.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "graph/shapes.h"
#include "networks/registry.h"

namespace winnow {
namespace {

class MotionSenseTest : public ::testing::Test {
 protected:
  MotionSenseTest() {
    const NodeId code = MotionCode(builder_, builder_.Input(3), 16);
    graph_ = builder_.Finish({code});
    for (const Param& param : graph_.params()) weights_.emplace_back(param.shape);
    BeginMotionCode(graph_, weights_);
  }

  const Tensor& Weight(const std::string& name) const { return weights_[graph_.FindParam(name)]; }

  GraphBuilder builder_;
  Graph graph_;
  std::vector<Tensor> weights_;
};

TEST_F(MotionSenseTest, OneCodeForEveryEightPixels) {
  const std::vector<Dims> dims = InferDims(graph_, 40, 72);
  EXPECT_EQ(dims[graph_.output()], (Dims{16, 5, 9}));
  for (NodeId id = 0; id < static_cast<NodeId>(graph_.nodes().size()); ++id) {
    if (graph_.node(id).name == kMotionEstimate) EXPECT_EQ(dims[id], (Dims{3, 5, 9}));
  }
  InferDims(graph_, 24, 24);  // windows may be larger than the picture
}

TEST_F(MotionSenseTest, FiltersTakeDifferencesThatAreAllDifferent) {
  const Tensor& filters = Weight("motion.filters.weight");
  const std::int64_t count = filters.shape[0],
                     size = filters.shape[1] * filters.shape[2] * filters.shape[3];
  std::set<std::vector<float>> different;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto first = filters.data.begin() + i * size;
    double sum = 0, energy = 0;
    for (auto it = first; it != first + size; ++it) {
      sum += *it;
      energy += *it * *it;
    }
    EXPECT_EQ(sum, 0) << i;  // deaf to brightness
    EXPECT_GE(energy, 2) << i;
    different.emplace(first, first + size);
  }
  EXPECT_EQ(static_cast<std::int64_t>(different.size()), count);
}

// A pixel of the unshuffled picture that a filter weighs: where it lies from the filter's own.
TEST_F(MotionSenseTest, TheFirstFiltersAreThePictureLessItselfMoved) {
  const Tensor& filters = Weight("motion.filters.weight");
  const std::int64_t kernel = filters.shape[2], middle = kernel / 2;
  int far = 0;
  for (std::int64_t i = 0; i < filters.shape[0] / 3; ++i) {
    std::set<std::pair<int, int>> below;
    for (std::int64_t channel = 0; channel < 4; ++channel) {
      for (std::int64_t row = 0; row < kernel; ++row) {
        for (std::int64_t column = 0; column < kernel; ++column) {
          const float value = filters.data[((i * 4 + channel) * kernel + row) * kernel + column];
          const auto x = static_cast<int>(2 * (column - middle) + channel % 2);
          const auto y = static_cast<int>(2 * (row - middle) + channel / 2);
          if (value > 0) EXPECT_EQ(std::make_pair(x, y), std::make_pair(0, 0)) << i;
          if (value < 0) below.emplace(x, y);
        }
      }
    }
    ASSERT_EQ(below.size(), 1u) << i;
    const auto [x, y] = *below.begin();
    EXPECT_LE(std::hypot(x, y), 6.5) << i;
    far += std::hypot(x, y) > 5;
  }
  EXPECT_EQ(far, 8);  // directions at the largest distance
}

}  // namespace
}  // namespace winnow
