// Lane-strided tensors for tests, written and read by the layout's formula alone.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <vector>

#include "base/aligned.h"
#include "base/half.h"
#include "base/random.h"
#include "kernels/lanes.h"
#include "kernels/reference/planar.h"

namespace winnow {

// Owns its memory, which starts full of NaN, as floats and as halves, so that whatever a kernel
// forgets to write, or reads where it should not, shows.
class LaneImage {
 public:
  explicit LaneImage(const LaneShape& shape);
  LaneImage(const LaneImage&) = delete;
  LaneImage& operator=(const LaneImage&) = delete;

  const LaneTensor& tensor() const { return tensor_; }
  // Writes pixels, halo and border; `planar` is [channels][height][width].
  void Fill(const std::vector<float>& planar);
  std::vector<float> Pixels() const;
  // Whether every vector, halo and border included, holds what the layout demands for the pixels it
  // has.
  bool IsConsistent() const;

 private:
  float Get(int c, int y, int j, int lane) const;
  void Set(int c, int y, int j, int lane, float value);
  // The pixel at x in any row, zero outside the picture.
  float Pixel(int c, int y, int x) const;

  AlignedVector<std::uint32_t> mask_;
  AlignedVector<float> memory_;
  LaneTensor tensor_;
};

inline LaneImage::LaneImage(const LaneShape& shape)
    : mask_(LaneMask(shape.width, shape.span, shape.lanes, shape.element)),
      memory_(LaneSize(shape), std::bit_cast<float>(0x7fffffffu)),
      tensor_(MakeLaneTensor(shape, memory_.data(), mask_.data())) {}

inline float LaneImage::Get(int c, int y, int j, int lane) const {
  const float* const vector = tensor_.At(y, c, j);
  if (tensor_.element == Element::kFloat) return vector[lane];
  std::uint16_t half;
  std::memcpy(&half, reinterpret_cast<const char*>(vector) + lane * sizeof half, sizeof half);
  return HalfToFloat(half);
}

inline void LaneImage::Set(int c, int y, int j, int lane, float value) {
  float* const vector = tensor_.At(y, c, j);
  if (tensor_.element == Element::kFloat) {
    vector[lane] = value;
    return;
  }
  const std::uint16_t half = FloatToHalf(value);
  std::memcpy(reinterpret_cast<char*>(vector) + lane * sizeof half, &half, sizeof half);
}

inline void LaneImage::Fill(const std::vector<float>& planar) {
  const LaneTensor& t = tensor_;
  for (int y = -t.border; y < t.height + t.border; ++y) {
    for (int c = 0; c < t.channels; ++c) {
      for (int j = -t.halo; j < t.span + t.halo; ++j) {
        for (int i = 0; i < t.lanes; ++i) {
          const int x = i * t.span + j;
          const bool inside = 0 <= y && y < t.height && 0 <= x && x < t.width;
          Set(c, y, j, i,
              inside ? planar[(static_cast<std::size_t>(c) * t.height + y) * t.width + x] : 0);
        }
      }
    }
  }
}

inline float LaneImage::Pixel(int c, int y, int x) const {
  const LaneTensor& t = tensor_;
  const bool inside = 0 <= y && y < t.height && 0 <= x && x < t.width;
  return inside ? Get(c, y, x % t.span, x / t.span) : 0;
}

inline std::vector<float> LaneImage::Pixels() const {
  std::vector<float> pixels;
  for (int c = 0; c < tensor_.channels; ++c) {
    for (int y = 0; y < tensor_.height; ++y) {
      for (int x = 0; x < tensor_.width; ++x) pixels.push_back(Pixel(c, y, x));
    }
  }
  return pixels;
}

inline bool LaneImage::IsConsistent() const {
  const LaneTensor& t = tensor_;
  for (int y = -t.border; y < t.height + t.border; ++y) {
    for (int c = 0; c < t.channels; ++c) {
      for (int j = -t.halo; j < t.span + t.halo; ++j) {
        for (int i = 0; i < t.lanes; ++i) {
          if (!(Get(c, y, j, i) == Pixel(c, y, i * t.span + j))) return false;
        }
      }
    }
  }
  return true;
}

// Standard normal.
inline std::vector<float> RandomValues(std::size_t count, Random& random) {
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(random.Normal());
  return values;
}

// In [low, high].
inline int RandomInt(Random& random, int low, int high) {
  return low + static_cast<int>(random.Below(static_cast<std::uint64_t>(high - low + 1)));
}

// A span that holds `width` pixels, up to `spare` longer than it must be.
inline int RandomSpan(Random& random, int width, int lanes, int spare = 2) {
  return (width + lanes - 1) / lanes + RandomInt(random, 0, spare);
}

}  // namespace winnow
