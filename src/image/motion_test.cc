#include "image/motion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "image/motion_testing.h"

namespace winnow {
namespace {

TEST(MotionTest, HasTheLengthAndAngleAskedForAndRestsOnAverage) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    const Motion motion = DrawMotion(21, 13.5, 0.02, random);
    ASSERT_EQ(motion.size(), 21u);
    EXPECT_NEAR(PathLengthOf(motion), 13.5, 1e-9);
    double angle = 0;
    Pose sum;
    for (const Pose& pose : motion) {
      angle = std::max(angle, std::abs(pose.angle));
      sum = {sum.dx + pose.dx, sum.dy + pose.dy, sum.angle + pose.angle};
    }
    EXPECT_NEAR(angle, 0.02, 1e-12);
    EXPECT_NEAR(sum.dx, 0, 1e-9);
    EXPECT_NEAR(sum.dy, 0, 1e-9);
    EXPECT_NEAR(sum.angle, 0, 1e-12);
  }
}

TEST(MotionTest, IsSmooth) {
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    const Motion motion = DrawMotion(101, 100, 0, random);
    for (std::size_t f = 1; f + 1 < motion.size(); ++f) {
      // A step differs from the next by a small part of the mean step, which is 1.
      EXPECT_LT(std::hypot(motion[f + 1].dx - 2 * motion[f].dx + motion[f - 1].dx,
                           motion[f + 1].dy - 2 * motion[f].dy + motion[f - 1].dy),
                0.35);
    }
  }
}

TEST(MotionTest, TheGeneratorDecides) {
  Random first(4), second(4), third(5);
  const Motion motion = DrawMotion(5, 3, 0.1, first);
  const Motion same = DrawMotion(5, 3, 0.1, second);
  const Motion other = DrawMotion(5, 3, 0.1, third);
  EXPECT_EQ(motion[0].dx, same[0].dx);
  EXPECT_NE(motion[0].dx, other[0].dx);
}

TEST(MotionTest, NothingMovesWithoutLengthAngleOrFrames) {
  Random random(1);
  for (const Pose& pose : DrawMotion(7, 0, 0, random)) {
    EXPECT_EQ(std::abs(pose.dx) + std::abs(pose.dy) + std::abs(pose.angle), 0);
  }
  EXPECT_EQ(PathLengthOf(DrawMotion(1, 9, 1, random)), 0);
}

TEST(RigidTest, TurnsAboutTheCentreThenShifts) {
  const Rigid map = ToRigid({1, 2, std::numbers::pi / 2}, 10, 20);
  EXPECT_NEAR(map.X(10, 20), 11, 1e-12);
  EXPECT_NEAR(map.Y(10, 20), 22, 1e-12);
  EXPECT_NEAR(map.X(13, 20), 11, 1e-12);  // x grows to the right, y down: a quarter turn right
  EXPECT_NEAR(map.Y(13, 20), 25, 1e-12);
}

TEST(RigidTest, InverseAndCompose) {
  const Rigid a = ToRigid({1, 2, 0.3}, 10, 20), b = ToRigid({-4, 0.5, -1.1}, 3, -7);
  const Rigid both = Compose(a, b), none = Compose(a, Inverse(a));
  EXPECT_NEAR(both.X(5, 6), b.X(a.X(5, 6), a.Y(5, 6)), 1e-12);
  EXPECT_NEAR(both.Y(5, 6), b.Y(a.X(5, 6), a.Y(5, 6)), 1e-12);
  EXPECT_NEAR(none.X(5, 6), 5, 1e-12);
  EXPECT_NEAR(none.Y(5, 6), 6, 1e-12);
}

}  // namespace
}  // namespace winnow
