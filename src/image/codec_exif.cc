#include "image/codec_exif.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace winnow {
namespace {

// Numbers in a TIFF structure, in its own byte order.
class TiffView {
 public:
  explicit TiffView(std::string_view bytes) : bytes_(bytes), big_(bytes.starts_with("MM")) {}

  bool big_endian() const { return big_; }
  std::size_t size() const { return bytes_.size(); }
  bool Holds(std::size_t at, std::size_t size) const {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }
  // `size` bytes at `at`, which it must hold.
  std::uint32_t Number(std::size_t at, int size) const {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes_[at + (big_ ? i : size - 1 - i)]);
      value = value << 8 | byte;
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_;
};

// A directory of tags: 12 bytes each, then where the next directory stands.
class TiffDirectory {
 public:
  TiffDirectory(const TiffView& view, std::size_t at)
      : view_(view), at_(at), entries_(view.Holds(at, 2) ? view.Number(at, 2) : 0) {}

  // Where the entry of `tag` stands, if all of it is there.
  std::optional<std::size_t> Find(std::uint32_t tag) const {
    for (std::size_t i = 0; i < entries_; ++i) {
      const std::size_t entry = at_ + 2 + 12 * i;
      if (!view_.Holds(entry, 12)) return std::nullopt;
      if (view_.Number(entry, 2) == tag) return entry;
    }
    return std::nullopt;
  }

  std::size_t end() const { return at_ + 2 + 12 * entries_; }

 private:
  const TiffView& view_;
  std::size_t at_;
  std::size_t entries_;
};

constexpr std::uint32_t kShort = 3;
constexpr std::uint32_t kLong = 4;

TiffDirectory FirstDirectory(const TiffView& view) {
  return TiffDirectory(view, view.Holds(4, 4) ? view.Number(4, 4) : view.size());
}

// Where the value of the orientation tag stands in the first directory.
std::optional<std::size_t> FindOrientation(const std::string& exif) {
  constexpr std::uint32_t kTag = 0x0112;
  if (!HasTiffHeader(exif)) return std::nullopt;
  const TiffView view(exif);
  const auto entry = FirstDirectory(view).Find(kTag);
  if (!entry || view.Number(*entry + 2, 2) != kShort) return std::nullopt;
  return *entry + 8;
}

// `size` bytes at `at` in the byte order of `exif`, which must hold them.
void PutNumber(std::size_t at, int size, std::uint32_t value, std::string& exif) {
  const bool big = TiffView(exif).big_endian();
  for (int i = 0; i < size; ++i) {
    exif[at + (big ? size - 1 - i : i)] = static_cast<char>(value >> (8 * i) & 255);
  }
}

// What does not fit the tag's type is left as it is.
void PutTag(const TiffDirectory& directory, std::uint32_t tag, std::uint32_t value,
            std::string& exif) {
  const auto entry = directory.Find(tag);
  if (!entry) return;
  const std::uint32_t type = TiffView(exif).Number(*entry + 2, 2);
  if (type == kLong) PutNumber(*entry + 8, 4, value, exif);
  if (type == kShort && value <= 0xffff) PutNumber(*entry + 8, 2, value, exif);
}

}  // namespace

bool HasTiffHeader(std::string_view exif) {
  return exif.size() >= 8 && (exif.starts_with("II") || exif.starts_with("MM"));
}

std::string WithoutExifMarker(std::string exif) {
  constexpr std::string_view kMarker("Exif\0\0", 6);
  if (exif.starts_with(kMarker)) exif.erase(0, kMarker.size());
  return exif;
}

int ExifOrientation(const std::string& exif) {
  const auto at = FindOrientation(exif);
  if (!at) return 1;
  const std::uint32_t value = TiffView(exif).Number(*at, 2);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

std::string WithUprightOrientation(std::string exif) {
  if (const auto at = FindOrientation(exif)) {
    PutNumber(*at, 2, 1, exif);
  }
  return exif;
}

std::string WithExtent(std::string exif, int width, int height) {
  constexpr std::uint32_t kWidth = 0x0100;
  constexpr std::uint32_t kHeight = 0x0101;
  constexpr std::uint32_t kDetails = 0x8769;  // where the directory of the camera's tags stands
  constexpr std::uint32_t kPixelWidth = 0xa002;
  constexpr std::uint32_t kPixelHeight = 0xa003;
  if (!HasTiffHeader(exif)) return exif;
  const std::string original = exif;
  const TiffView view(original);
  const TiffDirectory first = FirstDirectory(view);
  const auto put = [&](const TiffDirectory& in, std::uint32_t tag, int value) {
    PutTag(in, tag, static_cast<std::uint32_t>(value), exif);
  };
  put(first, kWidth, width);
  put(first, kHeight, height);
  if (const auto entry = first.Find(kDetails)) {
    const TiffDirectory details(view, view.Number(*entry + 8, 4));
    put(details, kPixelWidth, width);
    put(details, kPixelHeight, height);
  }
  if (view.Holds(first.end(), 4)) PutNumber(first.end(), 4, 0, exif);
  return exif;
}

}  // namespace winnow
