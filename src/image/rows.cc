#include "image/rows.h"

#include <algorithm>
#include <utility>

namespace winnow {

ImageShape ShapeOf(const Image& image) {
  return {image.width(), image.height(), image.channels(), image.bits()};
}

ImageRows::ImageRows(const Image& image) : image_(image) {
  shape_ = ShapeOf(image);
  metadata_ = image.metadata;
}

void ImageRows::Read(int count, std::uint8_t* rows) {
  const std::size_t row = shape_.row_bytes();
  std::copy_n(image_.data() + next_ * row, count * row, rows);
  next_ += count;
}

Image ReadAll(RowSource& rows) {
  const ImageShape& shape = rows.shape();
  Image image(shape.width, shape.height, shape.channels, shape.bits);
  rows.Read(shape.height, image.data());
  image.metadata = rows.metadata();
  return image;
}

const Image& RowWindow::Slide(int top, int bottom) {
  const ImageShape& shape = rows_.shape();
  const std::size_t row = shape.row_bytes();
  Image moved(shape.width, bottom - top, shape.channels, shape.bits);
  const int kept = bottom_ - top;
  std::copy_n(image_.data() + (top - top_) * row, kept * row, moved.data());
  if (bottom > bottom_) rows_.Read(bottom - bottom_, moved.data() + kept * row);
  image_ = std::move(moved);
  top_ = top;
  bottom_ = bottom;
  return image_;
}

}  // namespace winnow
