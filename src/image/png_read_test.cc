#include "image/png_read.h"

#include <gtest/gtest.h>
#include <spng.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/random.h"
#include "image/codec_testing.h"

namespace winnow {
namespace {

struct Kind {
  int colour_type;
  int bit_depth;
  bool transparent;  // a colour, or entries of the palette
  bool interlaced;
};

std::string Name(const Kind& kind) {
  return "colour type " + std::to_string(kind.colour_type) + ", " + std::to_string(kind.bit_depth) +
         " bits" + (kind.transparent ? ", transparent" : "") +
         (kind.interlaced ? ", interlaced" : "");
}

std::vector<Kind> Kinds() {
  std::vector<Kind> kinds;
  const auto add = [&](int colour_type, const std::vector<int>& depths, bool has_alpha) {
    for (const int depth : depths) {
      for (const bool interlaced : {false, true}) {
        kinds.push_back({colour_type, depth, false, interlaced});
        if (!has_alpha) kinds.push_back({colour_type, depth, true, interlaced});
      }
    }
  };
  add(SPNG_COLOR_TYPE_GRAYSCALE, {1, 2, 4, 8, 16}, false);
  add(SPNG_COLOR_TYPE_TRUECOLOR, {8, 16}, false);
  add(SPNG_COLOR_TYPE_INDEXED, {1, 2, 4, 8}, false);
  add(SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, {8, 16}, true);
  add(SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, {8, 16}, true);
  return kinds;
}

constexpr int kWidth = 13;
constexpr int kHeight = 9;

// Random samples; the transparent colour is that of white, which few bits make often.
std::string Encode(const Kind& kind) {
  spng_ctx* const context = spng_ctx_new(SPNG_CTX_ENCODER);
  EXPECT_EQ(spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1), 0);
  spng_ihdr header = {kWidth,
                      kHeight,
                      static_cast<std::uint8_t>(kind.bit_depth),
                      static_cast<std::uint8_t>(kind.colour_type),
                      0,
                      0,
                      static_cast<std::uint8_t>(kind.interlaced)};
  EXPECT_EQ(spng_set_ihdr(context, &header), 0);
  Random random(5);
  spng_trns transparent = {};
  if (kind.colour_type == SPNG_COLOR_TYPE_INDEXED) {
    spng_plte palette = {};
    palette.n_entries = 1u << kind.bit_depth;
    for (std::uint32_t i = 0; i < palette.n_entries; ++i) {
      const auto shade = [&] { return static_cast<std::uint8_t>(random.Below(256)); };
      palette.entries[i] = {shade(), shade(), shade(), 255};
    }
    EXPECT_EQ(spng_set_plte(context, &palette), 0);
    transparent.n_type3_entries = 2;
    transparent.type3_alpha[1] = 100;
  } else {
    const auto white = static_cast<std::uint16_t>((1u << kind.bit_depth) - 1);
    transparent.gray = transparent.red = transparent.green = transparent.blue = white;
  }
  if (kind.transparent) {
    EXPECT_EQ(spng_set_trns(context, &transparent), 0);
  }
  constexpr int kChannels[] = {1, 0, 3, 1, 2, 0, 4};
  const int row = (kWidth * kChannels[kind.colour_type] * kind.bit_depth + 7) / 8;
  std::vector<std::uint8_t> samples(row * kHeight);
  for (std::uint8_t& byte : samples) {
    byte = static_cast<std::uint8_t>(random.Below(3) == 0 ? 255 : random.Below(256));
  }
  EXPECT_EQ(spng_encode_image(context, samples.data(), samples.size(), SPNG_FMT_PNG,
                              SPNG_ENCODE_FINALIZE),
            0);
  std::size_t size = 0;
  int error = 0;
  void* const bytes = spng_get_png_buffer(context, &size, &error);
  const std::string file(static_cast<const char*>(bytes), size);
  std::free(bytes);
  spng_ctx_free(context);
  return file;
}

TEST(PngReadTest, AllKindsOfSamplesAreThoseThatLibvipsReads) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(Name(kind));
    const std::string file = Encode(kind);
    const auto decoder = OpenPng(file, "file");
    const Image expected = DecodeWithVips(file);
    ASSERT_EQ(decoder->stored(), ShapeOf(expected));
    EXPECT_EQ(expected.has_alpha(),
              kind.transparent || kind.colour_type >= SPNG_COLOR_TYPE_GRAYSCALE_ALPHA);
    EXPECT_EQ(Decode(*decoder), expected);
    decoder->Restart();
    EXPECT_EQ(Decode(*decoder), expected);
  }
}

TEST(PngReadTest, TruncatedFilesAreCorrupt) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(Name(kind));
    const std::string file = Encode(kind);
    // The last 20 bytes are check sums and the end mark.
    for (std::size_t size = 4; size + 20 < file.size(); size += 3) {
      const Failure failure =
          FailureOf([&] { Decode(*OpenPng(std::string_view(file).substr(0, size), "cut.png")); });
      EXPECT_EQ(failure.kind, ErrorKind::kCorrupt) << size << " of " << file.size();
      EXPECT_TRUE(failure.message.starts_with("cut.png: ")) << failure.message;
    }
  }
}

}  // namespace
}  // namespace winnow
