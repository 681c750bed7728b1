// A picture in memory, as it came from or goes to a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace winnow {

// What travels with the pixels; empty strings where the file had none. Raw bytes as stored in the
// file.
struct ImageMetadata {
  std::string icc;
  std::string exif;  // orientation is applied on reading and set to 1 here
  std::string xmp;
  bool operator==(const ImageMetadata&) const = default;
};

// Interleaved samples: at(y, x, c) = samples[(y * width + x) * channels + c]. Channels: 1 grey, 2
// grey + alpha, 3 RGB, 4 RGB + alpha (straight, not premultiplied). Samples span 0..white()
// whatever the bit depth: 8 bit 0..255, 16 bit 0..65535, 32 bit 0..1 in float; files have 8 or 16.
// Storage is as many bits.
class Image {
 public:
  Image() = default;
  // Zero samples. Errors: kInvalidArgument (bits not 8, 16 or 32, channels not 1..4, extent < 1),
  // kCorrupt (overflow).
  Image(int width, int height, int channels, int bits = 8);

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  int bits() const { return bits_; }
  int white() const { return bits_ == 8 ? 255 : bits_ == 16 ? 65535 : 1; }
  bool has_alpha() const { return channels_ == 2 || channels_ == 4; }
  int colour_channels() const { return has_alpha() ? channels_ - 1 : channels_; }

  // As at 8 or 16 bits.
  int at(int y, int x, int c) const {
    const std::size_t i = Index(y, x, c);
    return bits_ == 8 ? bytes_[i] : bytes_[2 * i] | bytes_[2 * i + 1] << 8;
  }
  void set(int y, int x, int c, int value) {
    const std::size_t i = Index(y, x, c);
    if (bits_ == 8) {
      bytes_[i] = static_cast<std::uint8_t>(value);
    } else {
      bytes_[2 * i] = static_cast<std::uint8_t>(value & 255);
      bytes_[2 * i + 1] = static_cast<std::uint8_t>(value >> 8);
    }
  }
  // Row-major bytes, little-endian when 16 bit; float as the machine has it.
  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::size_t size_bytes() const { return bytes_.size(); }

  ImageMetadata metadata;

  bool operator==(const Image&) const = default;

 private:
  std::size_t Index(int y, int x, int c) const {
    return (static_cast<std::size_t>(y) * width_ + x) * channels_ + c;
  }

  int width_ = 0;
  int height_ = 0;
  int channels_ = 0;
  int bits_ = 8;
  std::vector<std::uint8_t> bytes_;
};

// A rectangle of an image; may not leave it.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// The part `rect` of `image`, without metadata. Errors: kInvalidArgument.
Image Crop(const Image& image, const Rect& rect);

// The colours alone, as 8-bit RGB without metadata: grey is replicated to three channels, 16 bit
// rounded.
Image ToRgb8(const Image& image);

// Colour channels as [3, h, w] in 0..range (grey is replicated to three channels), samples /
// white() * range.
Tensor ColourToTensor(const Image& image, const Rect& rect, float range);
// The alpha channel, replicated to [3, h, w], in 0..range. The image must have one.
Tensor AlphaToTensor(const Image& image, const Rect& rect, float range);

// Writes `source` [3, rect.height, rect.width] from its (top, left) corner on into the colour
// channels of `rect`: clamped to 0..range, scaled to 0..white(), rounded half up. Grey images take
// the mean of the three.
void TensorToColour(const Tensor& source, int top, int left, float range, const Rect& rect,
                    Image& image);
// The same into the alpha channel, as the mean of the three.
void TensorToAlpha(const Tensor& source, int top, int left, float range, const Rect& rect,
                   Image& image);

}  // namespace winnow
