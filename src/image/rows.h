// Pictures row by row, from top to bottom: what is too large to hold is worked on while it passes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "image/image.h"

namespace winnow {

struct ImageShape {
  int width = 0;
  int height = 0;
  int channels = 0;
  int bits = 8;

  std::size_t row_bytes() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels * (bits / 8));
  }
  bool has_alpha() const { return channels == 2 || channels == 4; }
  bool operator==(const ImageShape&) const = default;
};

ImageShape ShapeOf(const Image& image);

// Gives every row once.
class RowSource {
 public:
  virtual ~RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;

  const ImageShape& shape() const { return shape_; }
  const ImageMetadata& metadata() const { return metadata_; }

  // The next `count` rows, which must exist, in the layout of Image. Errors: those of whatever the
  // rows come from.
  virtual void Read(int count, std::uint8_t* rows) = 0;

 protected:
  RowSource() = default;

  ImageShape shape_;
  ImageMetadata metadata_;
};

// One that can begin again from the top.
class RewindableRows : public RowSource {
 public:
  virtual void Rewind() = 0;
};

// The rows of `image`, which must outlive it.
class ImageRows final : public RewindableRows {
 public:
  explicit ImageRows(const Image& image);
  void Read(int count, std::uint8_t* rows) override;
  void Rewind() override { next_ = 0; }

 private:
  const Image& image_;
  int next_ = 0;
};

// All rows, of a source that none was read from.
Image ReadAll(RowSource& rows);

// The part of a picture that lies between two rows and moves down as `rows`, which must outlive it,
// is read.
class RowWindow {
 public:
  explicit RowWindow(RowSource& rows) : rows_(rows) {}

  // Rows [top, bottom), without metadata. Neither may be less than before, and `top` not beyond
  // the previous `bottom`.
  const Image& Slide(int top, int bottom);
  int top() const { return top_; }

 private:
  RowSource& rows_;
  Image image_;
  int top_ = 0;
  int bottom_ = 0;
};

}  // namespace winnow
