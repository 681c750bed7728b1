#include "engine/session.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "base/random.h"
#include "engine/testing/many_operators.h"
#include "graph/builder.h"
#include "kernels/isa.h"

namespace winnow {
namespace {

Model SumOfNeighbours() {
  GraphBuilder b;
  Model model;
  const NodeId x = b.Input(1);
  const NodeId sum = b.Conv(x, "sum", 1, {.bias = false});
  model.graph = b.Finish({x, sum});
  model.weights = {Tensor({1, 1, 3, 3})};
  std::fill(model.weights[0].data.begin(), model.weights[0].data.end(), 1.0f);
  return model;
}

Tensor Ones(std::int64_t height, std::int64_t width) {
  Tensor t({1, height, width});
  std::fill(t.data.begin(), t.data.end(), 1.0f);
  return t;
}

// Fails unless `f` throws an Error of `kind` that mentions `text`.
template <typename F>
void ExpectError(ErrorKind kind, const std::string& text, F f) {
  try {
    f();
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), kind);
    EXPECT_NE(std::string(e.what()).find(text), std::string::npos) << e.what();
  }
}

class SessionTest : public testing::TestWithParam<ExecutorKind> {};

TEST_P(SessionTest, RunsAtAnySize) {
  Session session(SumOfNeighbours(), {GetParam(), 1});
  EXPECT_EQ(session.Run(Ones(1, 1)).data[0], 1);
  const Tensor out = session.Run(Ones(3, 40));
  EXPECT_EQ(out.Row(0, 0)[0], 4);
  EXPECT_EQ(out.Row(0, 1)[20], 9);
  EXPECT_EQ(out.Row(0, 2)[20], 6);
  EXPECT_EQ(out.Row(0, 2)[39], 4);
}

TEST_P(SessionTest, GivesAllOutputsEvenTheInput) {
  Session session(SumOfNeighbours(), {GetParam(), 1});
  const std::vector<Tensor> outputs = session.RunAll(Ones(2, 2));
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[0], Ones(2, 2));
  EXPECT_EQ(outputs[1].data[0], 4);
}

TEST_P(SessionTest, RefusesWhatDoesNotFit) {
  Session session(SumOfNeighbours(), {GetParam(), 1});
  ExpectError(ErrorKind::kInvalidArgument, "[2, 4, 4]", [&] { session.Run(Tensor({2, 4, 4})); });
  ExpectError(ErrorKind::kInvalidArgument, "[4, 4]", [&] { session.Run(Tensor({4, 4})); });
  ExpectError(ErrorKind::kInvalidArgument, "", [&] { session.Run(Tensor({1, 0, 4})); });
  Model broken = SumOfNeighbours();
  broken.weights[0] = Tensor({1, 1, 5, 5});
  ExpectError(ErrorKind::kInvalidArgument, "sum.weight", [&] { Session(broken, {GetParam(), 1}); });
  broken.weights.clear();
  ExpectError(ErrorKind::kInvalidArgument, "0 weights", [&] { Session(broken, {GetParam(), 1}); });
}

TEST_P(SessionTest, ProfileNamesWhatRan) {
  Session session(SumOfNeighbours(), {GetParam(), 1});
  const std::vector<StepTime> times = session.Profile(Ones(8, 8));
  ASSERT_FALSE(times.empty());
  for (const StepTime& t : times) {
    EXPECT_FALSE(t.kernel.empty());
    EXPECT_GE(t.milliseconds, 0);
  }
  if (GetParam() == ExecutorKind::kFast) {
    EXPECT_EQ(times.back().node, "sum");
    EXPECT_EQ(times.back().macs, 9 * 64);
  }
}

TEST_P(SessionTest, Moves) {
  Session a(SumOfNeighbours(), {GetParam(), 1});
  a.Run(Ones(4, 4));
  Session b = std::move(a);
  EXPECT_EQ(b.Run(Ones(4, 4)).data[5], 9);
}

INSTANTIATE_TEST_SUITE_P(Executors, SessionTest,
                         testing::Values(ExecutorKind::kReference, ExecutorKind::kFast),
                         [](const auto& info) {
                           return info.param == ExecutorKind::kFast ? "Fast" : "Reference";
                         });

TEST(Session, GroupsAndThreadsDoNotChangeABit) {
  const Model model = ManyOperators();
  Tensor input({3, 38, 50});
  Random random(8);
  for (float& value : input.data) value = static_cast<float>(random.Normal());
  for (KernelChoice kernels : {KernelChoice::kAuto, KernelChoice::kHighway}) {
    SessionOptions options = {.kernels = kernels, .cache_bytes = 1};
    const std::vector<Tensor> one_by_one = Session(model, options).RunAll(input);
    for (std::int64_t bytes : {0, 20'000, 60'000, 200'000, 1 << 30}) {
      for (int threads : {1, 2, 3, 5, 16}) {
        options.cache_bytes = bytes;
        options.threads = threads;
        Session session(model, options);
        EXPECT_TRUE(session.RunAll(input) == one_by_one) << bytes << " bytes, " << threads;
        EXPECT_TRUE(session.RunAll(input) == one_by_one) << bytes << " bytes, " << threads;
      }
    }
  }
}

// A result that is an output too cannot be fused away.
TEST(Session, FusingAGateDoesNotChangeABit) {
  GraphBuilder b;
  const NodeId x = b.Conv(b.Input(3), "head", 8);
  const NodeId up = b.Apply(PixelShuffle{2}, {b.Functional(Relu{}, b.Conv(x, "up", 32))});
  const NodeId large = b.Apply(Resize{ResizeMode::kNearest, 2, 1}, {x});
  const NodeId open = b.Functional(Sigmoid{}, up);
  const NodeId out = b.Conv(b.Apply(Multiply{}, {large, open}), "last", 3);
  Model fused;
  Random random(11);
  fused.graph = b.Finish({out});
  for (const Param& param : fused.graph.params()) {
    fused.weights.emplace_back(param.shape);
    for (float& value : fused.weights.back().data) value = static_cast<float>(random.Normal());
  }
  Model apart = fused;
  apart.graph.SetOutputs({open, out});
  Tensor input({3, 9, 37});
  for (float& value : input.data) value = static_cast<float>(random.Normal());
  for (KernelChoice kernels : {KernelChoice::kAuto, KernelChoice::kHighway}) {
    Session session(fused, {.kernels = kernels});
    EXPECT_TRUE(session.Run(input) == Session(apart, {.kernels = kernels}).Run(input));
    const auto runs = [](const StepTime& step, const char* kernel) {
      return step.kernel == kernel;
    };
    for (const StepTime& step : session.Profile(input)) {
      EXPECT_FALSE(runs(step, "sigmoid") || runs(step, "multiply")) << step.node;
    }
  }
}

TEST(Session, ThreadsShareTinyPictures) {
  const Model model = ManyOperators();
  Random random(9);
  for (const auto& [height, width] : {std::pair(2, 2), std::pair(4, 34), std::pair(10, 2)}) {
    Tensor input({3, height, width});
    for (float& value : input.data) value = static_cast<float>(random.Normal());
    const std::vector<Tensor> alone = Session(model).RunAll(input);
    for (int threads : {2, 3, 5, 16}) {
      EXPECT_TRUE(Session(model, {.threads = threads}).RunAll(input) == alone)
          << height << "x" << width << ", " << threads << " threads";
    }
  }
}

TEST(Session, TheEnvironmentForcesATarget) {
  const std::string last(Name(AvailableIsas().back()));
  setenv("WINNOW_ISA", last.c_str(), 1);
  EXPECT_EQ(Session(SumOfNeighbours()).isa(), last);
  setenv("WINNOW_ISA", "mmx", 1);
  ExpectError(ErrorKind::kUnsupported, "mmx", [] { Session{SumOfNeighbours()}; });
  unsetenv("WINNOW_ISA");
}

}  // namespace
}  // namespace winnow
