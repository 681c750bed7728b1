#include "image/png_pixels.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "image/codec.h"
#include "support/noise.h"

namespace winnow {
namespace {

// As the PNG specification writes it.
int Predict(int left, int up, int corner) {
  const int p = left + up - corner;
  const int pa = std::abs(p - left);
  const int pb = std::abs(p - up);
  const int pc = std::abs(p - corner);
  return pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
}

TEST(PngPixelsTest, FiltersAsSpecified) {
  constexpr int kValues[] = {0, 1, 2, 127, 128, 254, 255};
  std::vector<std::uint8_t> row;
  std::vector<std::uint8_t> above;
  for (int corner : kValues) {
    for (int up : kValues) {
      for (int left : kValues) {
        row.insert(row.end(), {static_cast<std::uint8_t>(left), 77});
        above.insert(above.end(),
                     {static_cast<std::uint8_t>(corner), static_cast<std::uint8_t>(up)});
      }
    }
  }
  for (const std::size_t pixel : {1, 2, 3, 8}) {
    std::vector<std::uint8_t> result(row.size());
    FilterPaeth(row.data(), above.data(), pixel, row.size(), result.data());
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool first = i < pixel;
      const int predicted =
          Predict(first ? 0 : row[i - pixel], above[i], first ? 0 : above[i - pixel]);
      ASSERT_EQ(result[i], static_cast<std::uint8_t>(row[i] - predicted)) << pixel << " at " << i;
    }
  }
}

TEST(PngPixelsTest, ComesBackThroughAnyNumberOfChunks) {
  for (const int bits : {8, 16}) {
    for (const int height : {1, 7, 300}) {
      const Image noise = Noise(257, height, 4, bits);  // does not get smaller
      EXPECT_EQ(DecodeImage(EncodeImage(noise, {.format = "png"}), "noise"), noise)
          << bits << " bits, " << height << " rows";
    }
  }
}

TEST(PngPixelsTest, TakesLittleForFlatPictures) {
  const Image flat(1000, 1000, 3);
  const std::string bytes = EncodeImage(flat, {.format = "png"});
  EXPECT_EQ(DecodeImage(bytes, "flat"), flat);
  EXPECT_LT(bytes.size(), flat.size_bytes() / 100);
}

}  // namespace
}  // namespace winnow
