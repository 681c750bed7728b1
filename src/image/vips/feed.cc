#include "image/vips/feed.h"

#include "base/error.h"

namespace winnow {

VipsInterpretation InterpretationOf(int bands, int bits) {
  if (bands <= 2) return bits == 8 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_GREY16;
  return bits == 8 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_RGB16;
}

VipsPtr<VipsImage> CheckedVips(VipsImage* image) {
  if (image == nullptr) throw Error(ErrorKind::kUnsupported, "libvips: " + TakeVipsError());
  return VipsPtr<VipsImage>(image);
}

RowFeed::RowFeed(RowSource& rows) : rows_(rows) {
  constexpr double kDotsPerMillimetre = 72 / 25.4;  // what EXIF presumes where nothing is known
  constexpr int kRowsAtOnce = 16;
  const ImageShape& shape = rows.shape();
  const VipsPtr<VipsImage> source = CheckedVips(vips_image_new());
  vips_image_init_fields(source.get(), shape.width, shape.height, shape.channels,
                         shape.bits == 8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT, VIPS_CODING_NONE,
                         InterpretationOf(shape.channels, shape.bits), kDotsPerMillimetre,
                         kDotsPerMillimetre);
  VipsImage* out = nullptr;
  // The operation "sequential" keeps the order, whatever the threads of the encoder ask for first.
  if (vips_image_pipelinev(source.get(), VIPS_DEMAND_STYLE_THINSTRIP, nullptr) == 0 &&
      vips_image_generate(source.get(), nullptr, Generate, nullptr, this, nullptr) == 0) {
    vips_sequential(source.get(), &out, "tile_height", kRowsAtOnce, nullptr);
  }
  image_ = CheckedVips(out);
}

int RowFeed::Generate(VipsRegion* out, void*, void* self, void*, gboolean*) {
  return static_cast<RowFeed*>(self)->Fill(out);
}

int RowFeed::Fill(VipsRegion* out) {
  const VipsRect& rect = out->valid;
  if (error_) return -1;
  if (rect.top != next_ || rect.left != 0 || rect.width != rows_.shape().width) {
    vips_error("winnow", "the encoder leaves the order of rows");
    return -1;
  }
  try {
    for (int y = 0; y < rect.height; ++y) {
      rows_.Read(1, VIPS_REGION_ADDR(out, 0, rect.top + y));
    }
  } catch (...) {
    error_ = std::current_exception();
    return -1;
  }
  next_ += rect.height;
  return 0;
}

}  // namespace winnow
