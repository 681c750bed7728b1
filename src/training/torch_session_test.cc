#include "training/torch_session.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/builder.h"

namespace winnow {
namespace {

// Doubles and adds one; the first output is the doubling alone.
Model SmallModel() {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId twice = g.Apply(ScaleShift{{2, 2, 2}, {0, 0, 0}}, {x});
  const NodeId conv = g.Conv(twice, "c", 3, {.kernel = 1});
  Model model;
  model.graph = g.Finish({twice, conv});
  Tensor weight({3, 3, 1, 1}), bias({3});
  for (int i = 0; i < 3; ++i) weight.data[i * 4] = bias.data[i] = 1;
  model.weights = {weight, bias};
  return model;
}

TEST(TorchSessionTest, RunsOddAndTinyExtents) {
  TorchSession session(SmallModel());
  for (const Shape& shape : {Shape{3, 1, 1}, Shape{3, 5, 7}}) {
    Tensor input(shape);
    for (std::int64_t i = 0; i < input.size(); ++i) input.data[i] = static_cast<float>(i);
    const std::vector<Tensor> all = session.RunAll(input);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1], session.Run(input));
    EXPECT_EQ(all[1].shape, shape);
    for (std::int64_t i = 0; i < input.size(); ++i) {
      EXPECT_EQ(all[0].data[i], 2.0f * i);
      EXPECT_EQ(all[1].data[i], 2.0f * i + 1);
    }
  }
}

TEST(TorchSessionTest, Errors) {
  EXPECT_THROW(TorchSession(SmallModel(), {.device = "abacus"}), Error);
  Model broken = SmallModel();
  broken.weights.pop_back();
  EXPECT_THROW(TorchSession{broken}, Error);
  TorchSession session(SmallModel());
  EXPECT_THROW(session.Run(Tensor({1, 4, 4})), Error);
  EXPECT_THROW(session.Run(Tensor({4, 4})), Error);
  EXPECT_THROW(session.Run(Tensor({3, 0, 4})), Error);
}

}  // namespace
}  // namespace winnow
