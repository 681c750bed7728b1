// Bicubic resampling that agrees with MATLAB's imresize on 8-bit images, sample for sample.
#pragma once

#include <memory>

#include "image/image.h"
#include "image/rows.h"

namespace winnow {

// Cubic with a = -0.5, widened by 1/scale when shrinking (antialiasing); u = x / s + (1 - 1/s) / 2,
// one-based; symmetric borders; weights normalised; output extent ceil(in * s). Height first, then
// width, and each pass is clamped to the sample range and rounded half up, as the published test
// sets were made (float is not rounded). All channels alike; metadata is kept. s = numerator /
// denominator. Errors: kInvalidArgument for a ratio that is not positive or a result beyond any
// picture.
Image ResizeBicubic(const Image& image, int numerator, int denominator);

// Output extent / input extent.
struct Ratio {
  int numerator = 1;
  int denominator = 1;
  double value() const { return static_cast<double>(numerator) / denominator; }
};

// Rows begin .. end - 1.
struct RowRange {
  int begin = 0;
  int end = 0;
};

// The rows of a picture of `height` rows that the `rows` of its ResizeBicubic depend on. Ranges
// further down never begin further up.
RowRange BicubicSource(int height, RowRange rows, Ratio ratio);

// The `rows` of ResizeBicubic's result for a picture of `height` rows, of which `part` holds those
// from `top` on, at least BicubicSource. Errors: ResizeBicubic's.
Image ResizeBicubicRows(const Image& part, int top, int height, RowRange rows, Ratio ratio);

// ResizeBicubic of the picture that passes.
class BicubicRows final : public RowSource {
 public:
  BicubicRows(std::unique_ptr<RowSource> rows, Ratio ratio);
  void Read(int count, std::uint8_t* rows) override;

 private:
  std::unique_ptr<RowSource> source_;
  RowWindow window_;
  Ratio ratio_;
  int next_ = 0;
};

}  // namespace winnow
