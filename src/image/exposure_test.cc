#include "image/exposure.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "image/motion_testing.h"

namespace winnow {
namespace {

Image RandomImage(int width, int height, std::uint64_t seed) {
  Random random(seed);
  Image image(width, height, 3);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(random.Below(256));
  }
  return image;
}

Rect Whole(const Image& image) { return {0, 0, image.width(), image.height()}; }

double Light(int sample, double gamma = 2.2) { return std::pow(sample / 255.0, gamma); }

// Three frames, one step of (dx, dy) apart.
Motion Steps(double dx, double dy) { return {{-dx, -dy, 0}, {0, 0, 0}, {dx, dy, 0}}; }

TEST(ExposureTest, AStillCameraGivesTheSharpPicture) {
  const Image sharp = RandomImage(19, 13, 1);
  Exposure still;
  EXPECT_EQ(Expose(sharp, Whole(sharp), still), sharp);
  still.camera = Motion(9);
  still.objects = {{.x = 8, .y = 6, .radius = 4, .motion = Motion(9)}};
  still.highlight_gain = 3;
  EXPECT_EQ(Expose(sharp, Whole(sharp), still), sharp);
}

TEST(ExposureTest, AShiftIsTheMeanOfShiftedLight) {
  const Image sharp = RandomImage(12, 9, 2);
  for (const double gamma : {1.0, 2.2}) {
    Exposure shake;
    shake.camera = Steps(2, 1);
    shake.gamma = gamma;
    const Image blurred = Expose(sharp, Whole(sharp), shake);
    for (int y = 1; y < 8; ++y) {
      for (int x = 2; x < 10; ++x) {
        for (int c = 0; c < 3; ++c) {
          const double mean =
              (Light(sharp.at(y - 1, x - 2, c), gamma) + Light(sharp.at(y, x, c), gamma) +
               Light(sharp.at(y + 1, x + 2, c), gamma)) /
              3;
          EXPECT_NEAR(blurred.at(y, x, c), 255 * std::pow(mean, 1 / gamma), 0.501);
        }
      }
    }
    // The edge goes on beyond the border.
    const double corner =
        (2 * Light(sharp.at(0, 0, 0), gamma) + Light(sharp.at(1, 2, 0), gamma)) / 3;
    EXPECT_NEAR(blurred.at(0, 0, 0), 255 * std::pow(corner, 1 / gamma), 0.501);
  }
}

TEST(ExposureTest, PartsOfPixelsAreBilinear) {
  Image sharp(5, 3, 3);
  sharp.set(1, 2, 0, 200);
  Exposure shake;
  shake.camera = Steps(0.5, 0);
  shake.gamma = 1;
  const Image blurred = Expose(sharp, Whole(sharp), shake);
  EXPECT_EQ(blurred.at(1, 1, 0), 33);  // 200 * 0.5 / 3
  EXPECT_EQ(blurred.at(1, 2, 0), 133);
  EXPECT_EQ(blurred.at(1, 3, 0), 33);
  EXPECT_EQ(blurred.at(0, 2, 0), 0);
}

TEST(ExposureTest, LightIsConserved) {
  Image sharp(64, 64, 3);
  const Image inner = RandomImage(20, 20, 3);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 20; ++x) {
      for (int c = 0; c < 3; ++c) sharp.set(22 + y, 22 + x, c, inner.at(y, x, c));
    }
  }
  Random random(7);
  Exposure shake;
  shake.centre_x = shake.centre_y = 32;
  shake.camera = DrawMotion(31, 25, 0.1, random);
  const Image blurred = Expose(sharp, Whole(sharp), shake);
  EXPECT_NE(blurred, sharp);
  double before = 0, after = 0;
  for (std::size_t i = 0; i < sharp.size_bytes(); ++i) {
    before += Light(sharp.data()[i]);
    after += Light(blurred.data()[i]);
  }
  EXPECT_NEAR(after / before, 1, 2e-3);  // bilinear sampling of turned frames, and rounding
}

TEST(ExposureTest, PartsAgreeWithTheWhole) {
  const Image sharp = RandomImage(40, 30, 4);
  Random random(5);
  BlurOptions options;
  options.sharp = options.noise = options.grain = 0;
  const Exposure exposure = DrawExposure(options, 40, 30, Whole(sharp), random);
  const Image whole = Expose(sharp, Whole(sharp), exposure);
  for (const Rect& rect : {Rect{3, 5, 20, 17}, Rect{39, 29, 1, 1}, Rect{0, 0, 40, 2}}) {
    EXPECT_EQ(Expose(sharp, rect, exposure), Crop(whole, rect));
  }
}

TEST(ExposureTest, ObjectsMoveAlone) {
  Image sharp = RandomImage(60, 40, 6);
  Exposure passing;
  passing.camera = Motion(3);
  passing.objects = {{.x = 20, .y = 20, .radius = 8, .motion = Steps(3, 0)}};
  const Image blurred = Expose(sharp, Whole(sharp), passing);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) {
      if (std::hypot(x - 20, y - 20) < 4) {
        const double mean = (Light(sharp.at(y, x - 3, 1)) + Light(sharp.at(y, x, 1)) +
                             Light(sharp.at(y, x + 3, 1))) /
                            3;
        EXPECT_NEAR(blurred.at(y, x, 1), 255 * std::pow(mean, 1 / 2.2), 0.501);
      } else if (std::hypot(x - 20, y - 20) > 13) {
        EXPECT_EQ(blurred.at(y, x, 1), sharp.at(y, x, 1));
      }
    }
  }
}

TEST(ExposureTest, HighlightsOutshineWhite) {
  Image sharp(9, 3, 3);
  sharp.set(1, 4, 0, 255);
  Exposure shake;
  shake.camera = Steps(1, 0);
  shake.highlight_gain = 2;
  const Image blurred = Expose(sharp, Whole(sharp), shake);
  for (int x : {3, 4, 5}) EXPECT_NEAR(blurred.at(1, x, 0), 255 * std::pow(2 / 3.0, 1 / 2.2), 0.501);
  shake.highlight_gain = 6;
  EXPECT_EQ(Expose(sharp, Whole(sharp), shake).at(1, 3, 0), 255);
}

TEST(ExposureTest, NoiseHasItsDeviation) {
  Image grey(64, 64, 3);
  std::fill_n(grey.data(), grey.size_bytes(), std::uint8_t{128});
  Exposure noisy;
  noisy.noise = 4;
  const Image picture = Expose(grey, Whole(grey), noisy);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < picture.size_bytes(); ++i) {
    const double difference = picture.data()[i] - 128.0;
    sum += difference;
    squares += difference * difference;
  }
  const auto count = static_cast<double>(picture.size_bytes());
  EXPECT_NEAR(sum / count, 0, 0.2);  // over five standard deviations
  EXPECT_NEAR(squares / count, 16 + 1 / 12.0, 1.1);
}

TEST(ExposureTest, ErrorsOfUse) {
  const Image sharp = RandomImage(8, 8, 1);
  Exposure exposure;
  EXPECT_THROW(Expose(sharp, {1, 0, 8, 8}, exposure), Error);
  EXPECT_THROW(Expose(Image(8, 8, 4), {0, 0, 8, 8}, exposure), Error);
  exposure.objects = {{.x = 1, .y = 1, .radius = 1, .motion = Motion(3)}};
  EXPECT_THROW(Expose(sharp, {0, 0, 8, 8}, exposure), Error);
  exposure = {};
  exposure.camera = {};
  EXPECT_THROW(Expose(sharp, {0, 0, 8, 8}, exposure), Error);
}

TEST(DrawExposureTest, TheSeedDecides) {
  const Image sharp = RandomImage(48, 32, 8);
  const auto blur = [&](std::uint64_t seed) {
    Random random(seed);
    return Expose(sharp, Whole(sharp), DrawExposure({.sharp = 0}, 48, 32, Whole(sharp), random));
  };
  EXPECT_EQ(blur(1), blur(1));
  EXPECT_NE(blur(1), blur(2));
}

TEST(DrawExposureTest, KeepsToItsOptions) {
  Random random(3);
  const Rect rect{100, 200, 64, 64};
  const BlurOptions options = {.sharp = 0.25, .path = 12, .objects = 3, .noise = 1, .gamma = 2};
  int sharp = 0;
  std::size_t most = 0;
  for (int i = 0; i < 400; ++i) {
    const Exposure exposure = DrawExposure(options, 640, 480, rect, random);
    ASSERT_EQ(exposure.camera.size() % 2, 1u);
    sharp += exposure.camera.size() == 1;
    if (exposure.camera.size() > 1) EXPECT_EQ(exposure.gamma, 2);
    most = std::max(most, exposure.objects.size());
    EXPECT_LE(exposure.noise, 1);
    EXPECT_LE(exposure.highlight_gain, options.highlights);
    for (const MovingObject& object : exposure.objects) {
      EXPECT_EQ(object.motion.size(), exposure.camera.size());
      EXPECT_TRUE(100 <= object.x && object.x <= 164 && 200 <= object.y && object.y <= 264);
    }
  }
  EXPECT_NEAR(sharp, 100, 40);  // over four standard deviations
  EXPECT_EQ(most, 3u);
}

TEST(DrawExposureTest, ShortPathsAreCommon) {
  Random random(5);
  int shorter = 0;
  double longest = 0;
  for (int i = 0; i < 400; ++i) {
    const BlurOptions options = {.sharp = 0, .path = 20, .rotation = 0, .objects = 0};
    const double length =
        PathLengthOf(DrawExposure(options, 64, 64, {0, 0, 64, 64}, random).camera);
    shorter += length < 5;
    longest = std::max(longest, length);
  }
  EXPECT_NEAR(shorter, 200, 40);  // four standard deviations
  EXPECT_LE(longest, 20 + 1e-9);
  EXPECT_GT(longest, 18);
}

bool IsAtRest(const Pose& pose) { return pose.dx == 0 && pose.dy == 0 && pose.angle == 0; }

TEST(DrawExposureTest, PathsLieBetweenShortestAndLongest) {
  const auto length = [](double shortest, double longest, std::uint64_t seed) {
    Random random(seed);
    const BlurOptions options = {
        .sharp = 0, .path = longest, .shortest = shortest, .rotation = 0, .objects = 0};
    return PathLengthOf(DrawExposure(options, 100, 80, {0, 0, 100, 80}, random).camera);
  };
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    EXPECT_NEAR(length(12, 12, seed), 12, 1e-9);
    const double share = length(0, 16, seed) / 16;
    EXPECT_NEAR(length(5, 21, seed), 5 + 16 * share, 1e-9);
  }
}

TEST(DrawExposureTest, OfVideoAMiddleFrameRests) {
  Random random(4);
  const BlurOptions options = {.sharp = 0, .video = 0.5};
  int video = 0, earlier = 0, even = 0;
  for (int i = 0; i < 400; ++i) {
    const Exposure exposure = DrawExposure(options, 640, 480, {0, 0, 64, 64}, random);
    const std::size_t frames = exposure.camera.size(), middle = frames / 2;
    if (exposure.highlight_gain != 1) continue;  // a photograph
    ++video;
    ASSERT_TRUE(7 <= frames && frames <= 13);
    const bool before = frames % 2 == 0 && IsAtRest(exposure.camera[middle - 1]);
    ASSERT_TRUE(before || IsAtRest(exposure.camera[middle]));
    for (const MovingObject& object : exposure.objects) {
      EXPECT_TRUE(IsAtRest(object.motion[before ? middle - 1 : middle]));
    }
    even += frames % 2 == 0;
    earlier += before;
  }
  EXPECT_NEAR(video, 200, 40);  // four standard deviations
  EXPECT_NEAR(earlier, even / 2, 20);
}

TEST(DrawExposureTest, OptionsAreChecked) {
  EXPECT_NO_THROW(Validate(BlurOptions{}));
  EXPECT_THROW(Validate(BlurOptions{.sharp = 1.5}), Error);
  EXPECT_THROW(Validate(BlurOptions{.path = -1}), Error);
  EXPECT_THROW(Validate(BlurOptions{.path = 5, .shortest = 6}), Error);
  EXPECT_THROW(Validate(BlurOptions{.objects = -1}), Error);
  EXPECT_THROW(Validate(BlurOptions{.highlights = 0.5}), Error);
  EXPECT_THROW(Validate(BlurOptions{.gamma = 0}), Error);
  EXPECT_THROW(Validate(BlurOptions{.video = 2}), Error);
}

TEST(BlurShapesTest, AreTheSecondMomentsOfTheFrames) {
  Exposure shake;
  EXPECT_EQ(BlurShapes(shake).At(5, 5).spread, 0);
  shake.camera = {{3, 0, 0}, {5, 1, 0}, {7, 2, 0}};  // xx = 8 / 3, xy = 4 / 3, yy = 2 / 3
  const BlurShape shape = BlurShapes(shake).At(5, 5);
  EXPECT_NEAR(shape.spread, std::sqrt(10.0 / 3), 1e-6);
  EXPECT_NEAR(shape.straight, 2 / std::sqrt(10.0 / 3), 1e-6);
  EXPECT_NEAR(shape.oblique, 8.0 / 3 / std::sqrt(10.0 / 3), 1e-6);
}

TEST(BlurShapesTest, TurnsMoveWhatIsFarFromTheCentre) {
  Exposure turn;
  turn.camera = {{0, 0, -0.01}, {0, 0, 0.01}};
  turn.centre_x = 10;
  turn.centre_y = 20;
  const BlurShapes shapes(turn);
  EXPECT_EQ(shapes.At(10, 20).spread, 0);
  const BlurShape right = shapes.At(110, 20), below = shapes.At(10, 120);
  EXPECT_NEAR(right.spread, 1, 1e-3);
  EXPECT_NEAR(right.straight, -1, 1e-3);  // up and down
  EXPECT_NEAR(below.straight, 1, 1e-3);
}

TEST(BlurShapesTest, ObjectsInFrontMoveOnTheirOwn) {
  Exposure exposure;
  exposure.camera = Steps(1, 0);
  exposure.objects = {{.x = 20, .y = 20, .radius = 8, .motion = Steps(0, 3)},
                      {.x = 24, .y = 20, .radius = 4, .motion = Steps(-1, 0)}};
  const BlurShapes shapes(exposure);
  EXPECT_GT(shapes.At(2, 2).straight, 0.5f);
  EXPECT_LT(shapes.At(15, 20).straight, -1);
  EXPECT_EQ(shapes.At(24, 20).spread, 0);  // it holds still before the camera
}

}  // namespace
}  // namespace winnow
