#include "image/vips/open.h"

#include <string_view>
#include <utility>

#include "base/error.h"
#include "image/vips/jxl.h"
#include "image/vips/modules.h"

namespace winnow {
namespace {

// Only these loaders are ever run, whatever else libvips has.
constexpr std::pair<std::string_view, std::string_view> kLoaders[] = {
    {"VipsForeignLoadJpegSource", "jpeg"}, {"VipsForeignLoadWebpSource", "webp"},
    {"VipsForeignLoadTiffSource", "tiff"}, {"VipsForeignLoadHeifSource", "heif"},
    {"VipsForeignLoadJxlSource", "jxl"},
};

[[noreturn]] void FailUnsupported(const std::string& name, const std::string& what) {
  throw Error(ErrorKind::kUnsupported, name + ": " + what);
}

// The format that the file begins like, whole or not; empty for others than those read here.
std::string_view LookOf(VipsSource* source) {
  using namespace std::string_view_literals;
  constexpr int kSniffed = 12;
  const unsigned char* sniffed = vips_source_sniff(source, kSniffed);
  if (sniffed == nullptr) return {};
  const std::string_view start(reinterpret_cast<const char*>(sniffed), kSniffed);
  constexpr std::pair<std::string_view, std::string_view> kSignatures[] = {
      {"\xff\xd8\xff"sv, "jpeg"},
      {"II*\0"sv, "tiff"},
      {"MM\0*"sv, "tiff"},
      {"\xff\x0a"sv, "jxl"},
      {"\0\0\0\x0cJXL "sv, "jxl"}};
  for (const auto& [signature, format] : kSignatures) {
    if (start.starts_with(signature)) return format;
  }
  if (start.starts_with("RIFF") && start.ends_with("WEBP")) return "webp";
  return start.substr(4, 4) == "ftyp" ? "heif" : "";
}

std::string FormatOf(VipsSource* source, const std::string& name) {
  const std::string_view look = LookOf(source);
  LoadVipsModule(look);
  const char* found = vips_foreign_find_load_source(source);
  if (found == nullptr && !look.empty()) FailCorrupt(name);
  vips_error_clear();
  const std::string_view loader = found == nullptr ? "" : found;
  for (const auto& [known, format] : kLoaders) {
    if (loader == known) return std::string(format);
  }
  FailUnsupported(
      name, "not a picture in a format read here (PNG, JPEG, WebP, TIFF, AVIF, HEIF, JPEG XL)");
}

// Brings colour spaces other than grey and RGB to sRGB. Lazy: no pixel is computed here.
void ConvertColour(OpenedPicture& opened, const std::string& name) {
  VipsImage* in = opened.image.get();
  VipsImage* out = nullptr;
  const int depth = in->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16;
  int failed = 0;
  switch (vips_image_guess_interpretation(in)) {
    case VIPS_INTERPRETATION_CMYK:
      // "cmyk" is a profile inside libvips, for pictures that bring none.
      failed = vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "input_profile", "cmyk",
                                  "depth", depth, nullptr);
      break;
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_LCH:
    case VIPS_INTERPRETATION_CMC:
    case VIPS_INTERPRETATION_YXY:
    case VIPS_INTERPRETATION_HSV:
      failed = vips_colourspace(
          in, &out, depth == 8 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_RGB16, nullptr);
      break;
    default:
      return;
  }
  if (failed != 0) FailCorrupt(name);
  opened.image.reset(out);
  opened.profile_holds = false;
}

}  // namespace

void FailCorrupt(const std::string& name) {
  throw Error(ErrorKind::kCorrupt,
              name + ": the picture is damaged or cut short: " + TakeVipsError());
}

OpenedPicture OpenPicture(VipsSource* source, const std::string& name) {
  OpenedPicture opened;
  opened.format = FormatOf(source, name);
  if (opened.format == "jxl") opened.boxes = ReadJxlBoxes(source);
  opened.image.reset(vips_image_new_from_source(source, "", "access", VIPS_ACCESS_SEQUENTIAL,
                                                "fail_on", VIPS_FAIL_ON_ERROR, nullptr));
  if (opened.image == nullptr) FailCorrupt(name);
  // The decoders of these two turn the picture themselves, by the file's own means.
  const bool upright = opened.format == "heif" || opened.format == "jxl";
  if (!upright) opened.orientation = vips_image_get_orientation(opened.image.get());
  const char* compression = nullptr;
  if (opened.format == "heif" &&
      vips_image_get_string(opened.image.get(), "heif-compression", &compression) == 0 &&
      std::string_view(compression) == "av1") {
    opened.format = "avif";
  }
  ConvertColour(opened, name);
  const VipsImage* image = opened.image.get();
  if (image->BandFmt != VIPS_FORMAT_UCHAR && image->BandFmt != VIPS_FORMAT_USHORT) {
    FailUnsupported(name, std::string("samples of type ") +
                              vips_enum_nick(VIPS_TYPE_BAND_FORMAT, image->BandFmt) +
                              " are not supported; convert the picture to 8 or 16 bit integers");
  }
  if (image->Bands < 1 || image->Bands > 4) {
    FailUnsupported(name, std::to_string(image->Bands) +
                              " channels are not supported; 1 to 4 are (grey or RGB, with alpha)");
  }
  return opened;
}

}  // namespace winnow
