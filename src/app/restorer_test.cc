#include "app/restorer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "app/channels.h"
#include "app/small_models_testing.h"
#include "app/tiling.h"
#include "base/error.h"
#include "engine/session.h"
#include "graph/builder.h"
#include "image/bicubic.h"
#include "support/pictures.h"

namespace winnow {
namespace {

Runner Engine(const Model& model) {
  auto session = std::make_shared<Session>(model);
  return [session](const Tensor& input) { return session->Run(input); };
}

Image RepeatPixels(const Image& image, int scale) {
  Image result(image.width() * scale, image.height() * scale, image.channels(), image.bits());
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      for (int c = 0; c < image.channels(); ++c) {
        result.set(y, x, c, image.at(y / scale, x / scale, c));
      }
    }
  }
  result.metadata = image.metadata;
  return result;
}

TEST(Restore, KeepsChannelsDepthAndMetadata) {
  for (int channels : {1, 2, 3, 4}) {
    for (int bits : {8, 16}) {
      Image image = MakePicture(7, 5, channels, bits);
      image.metadata = {.icc = "profile", .exif = "exif", .xmp = "xmp"};
      for (const char* colour : {"rgb", "bgr"}) {
        const Model model = Nearest(2, colour);
        EXPECT_EQ(Restore(model, Engine(model), image), RepeatPixels(image, 2));
      }
    }
  }
}

TEST(Restore, BgrNetworksSeeBlueFirst) {
  Image image(1, 1, 3);
  image.set(0, 0, 0, 255);  // red
  ModelInfo info = Nearest(1, "bgr").info;
  const Tensor input = PlaneToInput(info, image, {0, 0, 1, 1}, Plane::kColour);
  EXPECT_FLOAT_EQ(input.data[0], -0.25f);
  EXPECT_FLOAT_EQ(input.data[2], 0.75f);
}

TEST(Restore, LuminanceNetworksLeaveColourDifferencesToBicubic) {
  const Image image = MakePicture(9, 8);
  const Model model = Nearest(2, "y");
  const Image result = Restore(model, Engine(model), image);
  const Image smooth = ResizeBicubic(image, 2, 1);
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      const int difference = result.at(y, x, 0) - result.at(y, x, 2);
      EXPECT_NEAR(difference, smooth.at(y, x, 0) - smooth.at(y, x, 2), 1);
    }
  }
  const auto luma = [](const Image& i, int y, int x) {
    return (65.481 * i.at(y, x, 0) + 128.553 * i.at(y, x, 1) + 24.966 * i.at(y, x, 2)) / 255;
  };
  EXPECT_NEAR(luma(result, 7, 9), luma(image, 3, 4), 0.5);
}

TEST(Restore, TiledEqualsUntiled) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 2}}, 2);
  const Runner run = Engine(model);
  for (auto [width, height] : {std::pair{70, 53}, {33, 90}, {1, 900}}) {
    const Image image = MakePicture(width, height, 4);
    RestoreOptions whole;
    int steps = 0;
    RestoreOptions tiled;
    tiled.memory_budget = std::int64_t{24} * 24 * 20 * 4;
    tiled.on_progress = [&](double) { ++steps; };
    EXPECT_EQ(Restore(model, run, image, tiled), Restore(model, run, image, whole));
    EXPECT_GT(steps, 2) << "there was only one tile";
  }
}

TEST(Restore, TiledEqualsUntiledWithStrides) {
  const Model model = SmallNetwork("unet", {{"width", 8}, {"blocks", 1}});
  const Runner run = Engine(model);
  const Image image = MakePicture(161, 130);
  RestoreOptions tiled;
  tiled.memory_budget = 3 << 19;
  int steps = 0;
  tiled.on_progress = [&](double) { ++steps; };
  EXPECT_EQ(Restore(model, run, image, tiled), Restore(model, run, image));
  EXPECT_GT(steps, 1);
}

TEST(Restore, NetworksThatLookFarGetLargerTiles) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "far", 1, {.kernel = 201});
  x = g.Conv(x, "wide", 1024, {.kernel = 1});  // 4 KiB a pixel: the usual tile has a side of 360
  Model model;
  model.graph = g.Finish({g.Conv(x, "last", 3, {.kernel = 1})});
  int runs = 0;
  const Runner run = [&](const Tensor& input) {
    ++runs;
    return Tensor({3, input.dim(1), input.dim(2)});
  };
  const Image image(600, 400, 3);
  Restore(model, run, image);
  EXPECT_EQ(runs, 1);
  RestoreOptions options;
  options.memory_budget = std::int64_t{512} << 20;
  Restore(model, run, image, options);
  EXPECT_GT(runs, 10);  // as it was told
}

TEST(Restore, NetworksThatSeeTheWholePictureSaySo) {
  const Model model = SmallNetwork("rfdn", {{"width", 8}, {"blocks", 1}});
  std::vector<std::string> messages;
  RestoreOptions options;
  options.on_message = [&](const std::string& text) { messages.push_back(text); };
  const Image tiny = MakePicture(1, 1);  // smaller than its windows
  const Image result = Restore(model, Engine(model), tiny, options);
  EXPECT_EQ(result.width(), 4);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages[0].find("cannot work in tiles"), std::string::npos);

  options.memory_budget = 1 << 20;
  try {
    Restore(model, Engine(model), MakePicture(400, 300), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutOfBudget);
  }
}

TEST(Restore, TilesThatAreMostlyHaloSaySo) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 8}}, 2);
  const Runner run = Engine(model);
  const Image image = MakePicture(120, 90);
  std::vector<std::string> messages;
  RestoreOptions options;
  options.on_message = [&](const std::string& text) { messages.push_back(text); };
  options.memory_budget = PeakActivationBytes(model.graph, 26, 26);  // halos of ten pixels
  Restore(model, run, image, options);
  ASSERT_EQ(messages.size(), 1u);
  int factor = 0;
  int mebibytes = 0;
  ASSERT_EQ(std::sscanf(messages[0].c_str(),
                        "srvgg: tiles within 1 MiB are mostly halo, which makes it %d times the "
                        "work of the whole picture; %d MiB",
                        &factor, &mebibytes),
            2)
      << messages[0];
  EXPECT_GE(factor, 8);  // about (26 / 6)^2, less at the borders
  EXPECT_LE(factor, 19);

  messages.clear();
  options.memory_budget = std::int64_t{mebibytes} << 20;
  Restore(model, run, image, options);
  EXPECT_TRUE(messages.empty());
}

TEST(Restore, SmallerScalesShrinkTheResult) {
  const Model model = Nearest(4);
  const Image image = MakePicture(9, 7);
  std::string message;
  RestoreOptions options;
  options.scale = 2;
  options.on_message = [&](const std::string& text) { message = text; };
  const Image result = Restore(model, Engine(model), image, options);
  EXPECT_EQ(result, ResizeBicubic(Restore(model, Engine(model), image), 1, 2));
  EXPECT_NE(message.find("shrunk to 2 times"), std::string::npos);
  options.scale = 3;
  EXPECT_EQ(Restore(model, Engine(model), image, options).width(), 27);
}

TEST(RestoreBytes, FollowsTheBudgetAndCountsTheRows) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 2}}, 2);
  const Runner run = Engine(model);
  const ImageShape shape{200, 300, 3, 8};
  const std::int64_t whole = RestoreBytes(model, run, shape);
  EXPECT_EQ(whole, PeakActivationBytes(model.graph, 300, 200) + 300 * 600 + 600 * 1200);
  RestoreOptions options;
  options.memory_budget = whole / 8;
  const std::int64_t tiled = RestoreBytes(model, run, shape, options);
  EXPECT_LE(tiled, 2 * options.memory_budget);
  EXPECT_GT(tiled, options.memory_budget / 4);
  options.memory_budget = 1;
  EXPECT_THROW(RestoreBytes(model, run, shape, options), Error);
}

TEST(CheckScale, RefusesWhatTheModelCannotDo) {
  ModelInfo info;
  info.name = "m";
  info.scale = 2;
  EXPECT_EQ(CheckScale(info, 0), 2);
  EXPECT_EQ(CheckScale(info, 1), 1);
  EXPECT_THROW(CheckScale(info, 4), Error);
  EXPECT_THROW(CheckScale(info, -1), Error);
  info.scale = 1;
  info.task = "deblurring";
  EXPECT_EQ(CheckScale(info, 1), 1);
  EXPECT_THROW(CheckScale(info, 2), Error);
}

// Counts how much of a picture was asked for.
class CountingRows final : public RewindableRows {
 public:
  explicit CountingRows(const Image& image) : rows_(image) {
    shape_ = rows_.shape();
    metadata_ = rows_.metadata();
  }
  void Read(int count, std::uint8_t* rows) override {
    read += count;
    rows_.Read(count, rows);
  }
  void Rewind() override {
    read = 0;
    rows_.Rewind();
  }
  int read = 0;

 private:
  ImageRows rows_;
};

TEST(RestoreRows, ReadsNoFurtherThanTheRowsInWorkNeed) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2);
  const Runner run = Engine(model);
  const Image image = MakePicture(40, 400, 4);
  RestoreOptions options;
  options.memory_budget = std::int64_t{40} * 40 * 20 * 4;
  CountingRows input(image);
  const auto rows = RestoreRows(model, run, input, options);
  const Image whole = Restore(model, run, image);
  Image part(80, 100, 4);
  rows->Read(100, part.data());
  EXPECT_TRUE(part == Crop(whole, {0, 0, 80, 100}));
  EXPECT_LT(input.read, 120);
  Image row(80, 1, 4);
  for (int y = 100; y < 800; ++y) {
    rows->Read(1, row.data());
    ASSERT_TRUE(row == Crop(whole, {0, y, 80, 1})) << y;
  }
  EXPECT_EQ(input.read, 400);
}

TEST(RestoreRows, LuminanceNetworksAndSmallerScalesStreamToo) {
  for (const char* colour : {"y", "rgb"}) {
    const Model model = Nearest(4, colour);
    const Image image = MakePicture(23, 90, 4);
    RestoreOptions whole;
    whole.scale = 3;
    RestoreOptions tiled = whole;
    tiled.memory_budget = 16 << 10;
    int steps = 0;
    tiled.on_progress = [&](double) { ++steps; };
    EXPECT_TRUE(Restore(model, Engine(model), image, tiled) ==
                Restore(model, Engine(model), image, whole));
    EXPECT_GT(steps, 4);
  }
}

TEST(RestoreRows, RowsMadeAheadAreTheSame) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2);
  const Runner run = Engine(model);
  for (int channels : {3, 4}) {
    const Image image = MakePicture(40, 400, channels);
    RestoreOptions options;
    options.memory_budget = std::int64_t{40} * 40 * 20 * 4;
    const Image expected = Restore(model, run, image, options);
    options.ahead = true;
    EXPECT_TRUE(Restore(model, run, image, options) == expected);
  }
}

TEST(RestoreRows, WhatFailsAheadIsThrownWhereItsRowsAreRead) {
  const Model model = Nearest(2);
  const Image image = MakePicture(40, 400);
  int runs_left = 1 << 20;
  const Runner run = [&](const Tensor& input) {
    if (runs_left-- == 0) throw Error(ErrorKind::kIo, "the last tile");
    return Engine(model)(input);
  };
  RestoreOptions options;
  options.memory_budget = std::int64_t{40} * 40 * 3 * 5 * 4;
  options.ahead = true;
  Restore(model, run, image, options);
  runs_left = (1 << 20) - runs_left - 1;
  ASSERT_GT(runs_left, 4);

  ImageRows input(image);
  const auto rows = RestoreRows(model, run, input, options);
  Image part(80, 2, 3);
  rows->Read(2, part.data());
  EXPECT_TRUE(part == Crop(RepeatPixels(image, 2), {0, 0, 80, 2}));
  try {
    for (int y = 2; y < 800; y += 2) rows->Read(2, part.data());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the last tile");
  }
}

TEST(Restore, AlphaThatIsConstantStaysSo) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2);
  Image image = MakePicture(12, 9, 2);
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 12; ++x) image.set(y, x, 1, 77);
  }
  int passes = 0;
  RestoreOptions options;
  options.on_progress = [&](double) { ++passes; };
  const Image constant = Restore(model, Engine(model), image, options);
  EXPECT_EQ(passes, 1);
  for (int y = 0; y < 18; ++y) {
    for (int x = 0; x < 24; ++x) ASSERT_EQ(constant.at(y, x, 1), 77);
  }
  image.set(8, 11, 1, 78);
  passes = 0;
  Restore(model, Engine(model), image, options);
  EXPECT_EQ(passes, 2);
}

Image ToFloat(const Image& sixteen) {
  Image floats(sixteen.width(), sixteen.height(), sixteen.channels(), 32);
  for (std::size_t i = 0; i < floats.size_bytes() / 4; ++i) {
    const float value = static_cast<float>(sixteen.at(0, 0, static_cast<int>(i))) / 65535;
    std::memcpy(floats.data() + 4 * i, &value, 4);
  }
  return floats;
}

TEST(Restore, FloatPicturesEqualSixteenBitOnesBeforeRounding) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2);
  for (int channels : {1, 2, 3, 4}) {
    const Image sixteen = MakePicture(12, 9, channels, 16);
    const Image expected = Restore(model, Engine(model), sixteen);
    const Image result = Restore(model, Engine(model), ToFloat(sixteen));
    ASSERT_EQ(result.bits(), 32);
    for (std::size_t i = 0; i < result.size_bytes() / 4; ++i) {
      float value = 0;
      std::memcpy(&value, result.data() + 4 * i, 4);
      ASSERT_NEAR(value * 65535, expected.at(0, 0, static_cast<int>(i)), 0.51) << channels;
    }
  }
}

TEST(Restore, ConstantFloatAlphaStaysSo) {
  const Model model = SmallNetwork("srvgg", {{"width", 8}, {"blocks", 1}}, 2);
  Image image = MakePicture(5, 4, 4, 16);
  for (int i = 0; i < 20; ++i) image.set(0, i, 3, 20000);
  const Image result = Restore(model, Engine(model), ToFloat(image));
  for (int i = 0; i < 80; ++i) {
    float alpha = 0;
    std::memcpy(&alpha, result.data() + 16 * i + 12, 4);
    ASSERT_EQ(alpha, 20000.0f / 65535) << i;
  }
}

TEST(Restore, Stops) {
  const Model model = Nearest(2);
  std::atomic<bool> stop = true;
  RestoreOptions options;
  options.stop = &stop;
  try {
    Restore(model, Engine(model), MakePicture(4, 4), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
}

TEST(Restore, RefusesANetworkOfAnotherScale) {
  Model model = Nearest(2);
  model.info.scale = 3;
  EXPECT_THROW(Restore(model, Engine(model), MakePicture(4, 4)), Error);
}

}  // namespace
}  // namespace winnow
