#include "app/calibration.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class CalibrationTest : public testing::Test {
 protected:
  CalibrationTest() {
    info_.scale = 2;
    for (int i = 0; i < 3; ++i) {
      WriteImage(MakePicture(41, 35, 3, 8, 1 + i), folder_ / ("p" + std::to_string(i) + ".png"));
    }
  }

  CalibrationSet Read(int count, std::uint64_t seed = 1, int extent = 8) const {
    return ReadCalibrationSet(info_, {folder_.path()},
                              {.count = count, .extent = extent, .seed = seed});
  }
  HeldOutSet ReadHeldOut(int count, const CalibrationSet& fitted, int validation_every = 0,
                         int extent = 8) const {
    return ReadHeldOutSet(
        info_, {folder_.path()},
        {.count = count, .extent = extent, .seed = 1, .validation_every = validation_every},
        fitted);
  }

  void ExpectRefusal(ErrorKind kind, const std::string& message, int extent = 8) const {
    try {
      Read(4, 1, extent);
      FAIL() << "accepted, instead of: " << message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
  }

  TemporaryFolder folder_;
  ModelInfo info_;
};

TEST_F(CalibrationTest, CropsAreOfEveryPicture) {
  const CalibrationSet set = Read(7);
  ASSERT_EQ(set.inputs.size(), 7u);
  ASSERT_EQ(set.targets.size(), 7u);
  EXPECT_EQ(set.pictures, 3);
  std::set<std::vector<float>> different;
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(set.inputs[i].shape, (Shape{3, 8, 8}));
    EXPECT_EQ(set.targets[i].shape, (Shape{3, 16, 16}));
    different.emplace(set.inputs[i].data.begin(), set.inputs[i].data.end());
  }
  EXPECT_EQ(different.size(), 7u);
  EXPECT_EQ(Read(2).pictures, 2);
}

// Where the input is smooth, its pixels are near the means of the target's.
TEST_F(CalibrationTest, TargetsBelongToTheirInputs) {
  const CalibrationSet set = Read(5);
  for (std::size_t i = 0; i < set.inputs.size(); ++i) {
    double difference = 0;
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) {
        const Tensor& target = set.targets[i];
        const double mean =
            0.25 * (target.Row(0, 2 * y)[2 * x] + target.Row(0, 2 * y)[2 * x + 1] +
                    target.Row(0, 2 * y + 1)[2 * x] + target.Row(0, 2 * y + 1)[2 * x + 1]);
        difference += std::abs(mean - set.inputs[i].Row(0, y)[x]);
      }
    }
    EXPECT_LT(difference / 64, 0.03);
  }
}

TEST_F(CalibrationTest, SeedDecides) {
  EXPECT_EQ(Read(4, 5).inputs, Read(4, 5).inputs);
  EXPECT_NE(Read(4, 5).inputs, Read(4, 6).inputs);
}

TEST_F(CalibrationTest, AtScaleOneThePicturesThemselvesAreTheInputs) {
  info_.scale = 1;
  info_.size_multiple = 16;
  const CalibrationSet set = Read(3, 1, 20);
  EXPECT_EQ(set.inputs[0].shape, (Shape{3, 32, 32}));
  EXPECT_TRUE(set.targets.empty());
}

TEST_F(CalibrationTest, PicturesThatAreTooSmallAreLeftOut) {
  WriteImage(MakePicture(12, 100), folder_ / "a-narrow.png");
  Spill(folder_ / "notes.txt", "no picture");
  EXPECT_EQ(Read(8).pictures, 3);
  ExpectRefusal(ErrorKind::kInvalidArgument, "no picture of at least 128 pixels a side", 64);
}

TEST_F(CalibrationTest, HeldOutCropsAreOfOtherPictures) {
  const CalibrationSet fitted = Read(2);
  const HeldOutSet set = ReadHeldOut(2, fitted);
  EXPECT_EQ(set.seen_by, SeenBy::kNothing);
  EXPECT_EQ(set.crops.pictures, 1);
  ASSERT_EQ(set.crops.inputs.size(), 2u);
  EXPECT_EQ(set.crops.targets.size(), 2u);
  for (const CropPlace& place : set.crops.places) {
    EXPECT_NE(place.file, fitted.places[0].file);
    EXPECT_NE(place.file, fitted.places[1].file);
  }
  EXPECT_EQ(ReadHeldOut(2, fitted).crops.inputs, set.crops.inputs);
}

TEST_F(CalibrationTest, HeldOutCropsAreOfOtherPlacesWhereAllPicturesServed) {
  const CalibrationSet fitted = Read(3);  // of 20x17 pixels
  const HeldOutSet set = ReadHeldOut(60, fitted);
  EXPECT_EQ(set.seen_by, SeenBy::kFit);
  EXPECT_GE(set.crops.inputs.size(), 20u);
  EXPECT_EQ(set.crops.places.size(), set.crops.inputs.size());
  for (const CropPlace& a : set.crops.places) {
    for (const CropPlace& b : fitted.places) {
      EXPECT_TRUE(a.file != b.file || std::abs(a.rect.x - b.rect.x) >= 8 ||
                  std::abs(a.rect.y - b.rect.y) >= 8);
    }
  }
  const CalibrationSet large = Read(3, 1, 16);
  const HeldOutSet none = ReadHeldOut(3, large, 0, 16);
  EXPECT_TRUE(none.crops.inputs.empty());
  EXPECT_EQ(none.crops.pictures, 0);
}

TEST_F(CalibrationTest, WhatTrainingKeepsForValidationIsPreferred) {
  const CalibrationOptions options = {.count = 6, .extent = 8, .seed = 1, .validation_every = 3};
  const CalibrationSet fitted = ReadCalibrationSet(info_, {folder_.path()}, options);
  EXPECT_EQ(fitted.pictures, 2);
  for (const CropPlace& place : fitted.places) EXPECT_NE(place.file, folder_ / "p2.png");
  for (const CalibrationSet& before : {fitted, CalibrationSet()}) {
    const HeldOutSet set = ReadHeldOut(4, before, 3);
    EXPECT_EQ(set.seen_by, SeenBy::kNothing);
    EXPECT_EQ(set.crops.pictures, 1);
    EXPECT_EQ(set.crops.places[0].file, folder_ / "p2.png");
  }
  EXPECT_EQ(ReadHeldOut(4, {}, 20).seen_by, SeenBy::kTraining);
  EXPECT_EQ(ReadHeldOut(4, {}, 20).crops.pictures, 3);
  EXPECT_EQ(ReadHeldOut(4, Read(3), 20).seen_by, SeenBy::kTraining);
}

TEST_F(CalibrationTest, Refusals) {
  for (int i = 0; i < 3; ++i) {
    std::filesystem::remove(folder_ / ("p" + std::to_string(i) + ".png"));
  }
  ExpectRefusal(ErrorKind::kInvalidArgument, "no picture in this folder");
  std::filesystem::remove(folder_.path());
  ExpectRefusal(ErrorKind::kNotFound, "no such folder");
}

}  // namespace
}  // namespace winnow
