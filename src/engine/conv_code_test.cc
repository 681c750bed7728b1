// What plans share: generated code, kept from one size to the next.
#include "engine/conv_code.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/plan.h"
#include "graph/builder.h"

namespace winnow {
namespace {

Model TwoLayers() {
  GraphBuilder b;
  Model model;
  model.graph = b.Finish({b.Conv(b.Conv(b.Input(3), "a", 8), "b", 8)});
  Random random(3);
  for (const Param& param : model.graph.params()) {
    Tensor& weight = model.weights.emplace_back(param.shape);
    for (float& w : weight.data) w = static_cast<float>(random.Normal());
  }
  return model;
}

Tensor Noise(std::int64_t height, std::int64_t width) {
  Tensor t({3, height, width});
  Random random(4);
  for (float& v : t.data) v = static_cast<float>(random.Normal());
  return t;
}

class ConvCodeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (AllowedKernels(KernelChoice::kGenerated, isa_, TapList()).empty()) {
      GTEST_SKIP() << "no generated code here";
    }
  }

  Plan MakePlan(std::int64_t height, std::int64_t width, double runs = kManyRuns,
                KernelChoice kernels = KernelChoice::kGenerated) const {
    return Plan(model_, isa_, {.threads = 2, .kernels = kernels}, height, width, shared_, runs);
  }

  static Tensor ResultOf(Plan& plan, const Tensor& input, NodeId id) {
    plan.Run(input);
    return plan.Output(id);
  }

  const Isa isa_ = ChooseIsa();
  const Model model_ = TwoLayers();
  const std::shared_ptr<PlanShared> shared_ = std::make_shared<PlanShared>();
};

TEST_F(ConvCodeTest, ServesAllHeightsOfAWidth) {
  Plan first = MakePlan(10, 40);
  EXPECT_EQ(shared_->code.made(), 2);
  Plan lower = MakePlan(7, 40);
  EXPECT_EQ(shared_->code.made(), 2);
  Plan wider = MakePlan(7, 90);
  EXPECT_EQ(shared_->code.made(), 4);
  const NodeId out = model_.graph.output();
  for (Plan* plan : {&first, &lower, &wider}) {
    const Tensor input = Noise(plan->height(), plan->width());
    Plan alone(model_, isa_, {.kernels = KernelChoice::kHighway}, plan->height(), plan->width());
    EXPECT_EQ(ResultOf(*plan, input, out), ResultOf(alone, input, out));
  }
}

TEST_F(ConvCodeTest, OutlivesThePlanItWasMadeFor) {
  { const Plan gone = MakePlan(10, 40); }
  Plan next = MakePlan(10, 40);
  EXPECT_EQ(shared_->code.made(), 2);
  EXPECT_NO_THROW(next.Run(Noise(10, 40)));
}

TEST_F(ConvCodeTest, OnePictureIsNotWorthIt) {
  // As expensive to make as code can be, but free once it is there.
  shared_->costs.generation = 1e12;
  EXPECT_TRUE(MakePlan(10, 40, 1, KernelChoice::kAuto).saves_code());
  EXPECT_EQ(shared_->code.made(), 0);
  EXPECT_FALSE(MakePlan(10, 40, kManyRuns, KernelChoice::kAuto).saves_code());
  const int made = shared_->code.made();
  EXPECT_GT(made, 0);
  EXPECT_FALSE(MakePlan(5, 40, 1, KernelChoice::kAuto).saves_code());
  EXPECT_EQ(shared_->code.made(), made);
}

}  // namespace
}  // namespace winnow
