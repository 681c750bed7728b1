// The C++ layer, which sees the public headers alone: its classes have the names of internal ones.
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>
#include <winnow/winnow.hpp>

#include "library/testing_file.h"
#include "support/temporary_folder.h"

namespace {

using winnow::Layout;
using winnow::Model;
using winnow::Options;
using winnow::Restorer;

Model Enlarger() { return Model::Load(WINNOW_SOURCE_DIR "/models/winnow-x2.safetensors"); }

TEST(CppApi, ModelsTellAboutThemselves) {
  const Model model = Enlarger();
  EXPECT_EQ(model.name(), "winnow-x2");
  EXPECT_EQ(model.scale(), 2);
  EXPECT_EQ(model.task(), "super-resolution");
  EXPECT_GT(model.parameters(), 1000);
  EXPECT_GT(model.receptive_field().value(), 1);
  EXPECT_LT(model.macs(32, 32).sparse, model.macs(32, 32).dense);
  EXPECT_FALSE(winnow::ModelNames().empty());
}

TEST(CppApi, ErrorsCarryStatusAndReason) {
  try {
    Model::Load("no-such-model");
    FAIL();
  } catch (const winnow::Error& error) {
    EXPECT_EQ(error.status(), WINNOW_NOT_FOUND);
    EXPECT_NE(std::string(error.what()).find("no-such-model"), std::string::npos);
  }
  EXPECT_THROW(Restorer(Enlarger(), {.threads = -1}), winnow::Error);
}

TEST(CppApi, SamplesOfEveryTypeAndMoving) {
  static_assert(!std::is_copy_constructible_v<Restorer>);
  Restorer first(Enlarger(), {.threads = 1});
  Restorer restorer = std::move(first);
  const std::vector<float> floats(8 * 6 * 3, 0.5f);
  const std::vector<std::uint8_t> bytes(8 * 6, 128);
  std::vector<float> large(4 * floats.size());
  std::vector<std::uint8_t> grey(4 * bytes.size());
  const winnow_layout colour = Layout<float>(8, 6, 3);
  EXPECT_EQ(restorer.Output(colour).width, 16);
  EXPECT_GT(restorer.Memory(colour), 1000);
  restorer.Restore(colour, floats.data(), large.data());
  restorer.Restore(Layout<std::uint8_t>(8, 6, 1), bytes.data(), grey.data());
  EXPECT_NEAR(large[100], 0.5f, 0.1f);
  EXPECT_NEAR(grey[100], 128, 20);
  EXPECT_THROW(restorer.Restore(colour, bytes.data(), grey.data()), winnow::Error);
}

TEST(CppApi, CallbacksStopAndThrow) {
  const std::vector<float> floats(8 * 6 * 3, 0.5f);
  std::vector<float> large(4 * floats.size());
  Options options;
  bool go_on = false;
  options.progress = [&](double) { return go_on; };
  Restorer restorer(Enlarger(), options);
  const auto restore = [&](Restorer& r) {
    r.Restore(Layout<float>(8, 6, 3), floats.data(), large.data());
  };
  try {
    restore(restorer);
    FAIL();
  } catch (const winnow::Error& error) {
    EXPECT_EQ(error.status(), WINNOW_CANCELLED);
  }
  go_on = true;
  restore(restorer);
  options.progress = [](double) -> bool { throw std::out_of_range("mine"); };
  Restorer throwing(Enlarger(), options);
  EXPECT_THROW(restore(throwing), std::out_of_range);
}

TEST(CppApi, EnsemblesArePassesInEightOrientations) {
  const std::vector<float> floats(8 * 6 * 3, 0.5f);
  std::vector<float> large(4 * floats.size());
  std::vector<double> fractions;
  const auto note = [&](double fraction) {
    fractions.push_back(fraction);
    return true;
  };
  Restorer restorer(Enlarger(), {.ensemble = true, .progress = note});
  restorer.Restore(Layout<float>(8, 6, 3), floats.data(), large.data());
  ASSERT_EQ(fractions.size(), 9u);
  for (int i = 0; i <= 8; ++i) EXPECT_EQ(fractions[i], i / 8.0);
}

TEST(CppApi, Files) {
  const winnow::TemporaryFolder folder;
  Restorer restorer(Enlarger());
  const std::string input = (folder / "small.png").string();
  const std::string output = (folder / "large.webp").string();
  winnow::WritePictureFile(input);
  restorer.RestoreFile(input, output);
  EXPECT_TRUE(std::filesystem::exists(output));
  EXPECT_THROW(restorer.RestoreFile("none.png", output), winnow::Error);
}

}  // namespace
