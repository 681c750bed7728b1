#include "formats/model_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "formats/testing.h"

namespace winnow {
namespace {

// Succeeds or throws Error; anything else fails the test.
bool Parses(std::string_view bytes) {
  try {
    ParseModel(bytes, "fuzz");
    return true;
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("fuzz: "), std::string::npos) << error.what();
    return false;
  }
}

TEST(ModelFile, RoundTripsInF32) {
  for (const Model& model : {TinyModel(), EveryOperatorModel()}) {
    const std::string bytes = SerializeModel(model);
    EXPECT_EQ(ParseModel(bytes, "memory"), model);
    EXPECT_EQ(SerializeModel(ParseModel(bytes, "memory")), bytes);
  }
}

TEST(ModelFile, F16KeepsEverythingButTheLastBits) {
  const Model model = EveryOperatorModel();
  const Model read = ParseModel(SerializeModel(model, DType::kF16), "memory");
  EXPECT_EQ(read.info, model.info);
  EXPECT_EQ(read.graph, model.graph);
  EXPECT_EQ(read.patterns, model.patterns);
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    for (std::int64_t k = 0; k < model.weights[i].size(); ++k) {
      const float value = model.weights[i].data[k];
      ASSERT_NEAR(read.weights[i].data[k], value, std::abs(value) * 0x1p-11f + 0x1p-25f);
    }
  }
  EXPECT_EQ(ParseModel(SerializeModel(read, DType::kF16), "memory"), read);
}

TEST(ModelFile, IsAPlainSafetensorsFile) {
  const TensorFile file = ParseSafetensors(SerializeModel(TinyModel()), "memory");
  EXPECT_EQ(file.tensors.at("swap.weight"), TinyModel().weights[0]);
  EXPECT_EQ(file.metadata.at("format"), "winnow-model");
  EXPECT_EQ(file.metadata.at("format_version"), "1");
  EXPECT_EQ(file.metadata.at("licence"), "CC0-1.0");
  EXPECT_EQ(file.metadata.at("patterns"), R"({"swap.weight":"1:3"})");
  EXPECT_EQ(file.metadata.at("provenance"), R"({"data":"none"})");
  EXPECT_EQ(file.metadata.at("info"),
            R"({"colour":"rgb","mean":[0.0,0.0,0.0],"name":"tiny","network":"imported",)"
            R"("pixel_range":1.0,"scale":1,"size_multiple":1,"task":"deblurring"})");
}

TEST(ModelFile, WritesAndReadsFiles) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("winnow_model_file_test." + std::to_string(::getpid()) + ".safetensors");
  WriteModel(EveryOperatorModel(), path);
  EXPECT_EQ(ReadModel(path), EveryOperatorModel());
  std::filesystem::remove(path);
  ExpectError(ErrorKind::kNotFound, {path.string()}, [&] { ReadModel(path); });
}

TEST(ModelFile, RefusesToWriteWhatItWouldNotRead) {
  Model model = TinyModel();
  model.weights[0].data[0] = 0.5f;
  ExpectError(ErrorKind::kInvalidArgument, {"swap.weight", "1:3"}, [&] { SerializeModel(model); });
  model = TinyModel();
  model.info.pixel_range = 2;
  ExpectError(ErrorKind::kInvalidArgument, {"pixel range"}, [&] { SerializeModel(model); });
  model = TinyModel();
  model.info.name = "\xff";
  ExpectError(ErrorKind::kInvalidArgument, {"not UTF-8"}, [&] { SerializeModel(model); });
}

TEST(ModelFile, EveryTruncationIsAnError) {
  const std::string bytes = SerializeModel(TinyModel(), DType::kF16);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of its own, so that the address sanitizer sees a read beyond its end.
    ASSERT_FALSE(Parses(std::string(bytes.data(), size))) << size;
  }
  EXPECT_TRUE(Parses(bytes));
}

TEST(ModelFile, NoMutationDoesMoreThanThrowError) {
  Random random(20);
  const std::string seeds[] = {SerializeModel(TinyModel()), SerializeModel(EveryOperatorModel())};
  int accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = seeds[i % 2];
    const int flips = 1 + static_cast<int>(random.Below(3));
    for (int k = 0; k < flips; ++k) {
      // Mostly in the header, where the meaning is.
      const std::size_t bound = random.Below(4) == 0 ? bytes.size() : bytes.size() / 2;
      bytes[random.Below(bound)] ^= static_cast<char>(1 << random.Below(8));
    }
    accepted += Parses(bytes);
  }
  // Flips in names, texts and weights are not detectable; most others are.
  EXPECT_GT(accepted, 20);
  EXPECT_LT(accepted, 1500);
}

std::string HexDump(std::string_view bytes) {
  std::string text;
  char field[32];
  for (std::size_t line = 0; line < bytes.size(); line += 16) {
    const std::string_view part = bytes.substr(line, 16);
    std::snprintf(field, sizeof(field), "%04zx ", line);
    text += field;
    for (unsigned char c : part) {
      std::snprintf(field, sizeof(field), " %02x", c);
      text += field;
    }
    text.append(3 * (16 - part.size()) + 2, ' ');
    for (unsigned char c : part) text += ' ' <= c && c <= '~' ? static_cast<char>(c) : '.';
    text += '\n';
  }
  return text;
}

TEST(ModelFile, TheDocumentedExampleIsTrue) {
  const std::string document = ReadFile(WINNOW_SOURCE_DIR "/docs/file_format.md");
  const std::string opening = "```hex\n";
  const std::size_t begin = document.find(opening);
  ASSERT_NE(begin, document.npos);
  const std::size_t first = begin + opening.size();
  const std::string example = document.substr(first, document.find("```", first) - first);
  EXPECT_EQ(example, HexDump(SerializeModel(TinyModel(), DType::kF16)));
}

}  // namespace
}  // namespace winnow
