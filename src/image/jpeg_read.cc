#include "image/jpeg_read.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

#include "base/error.h"
#include "image/codec_exif.h"
#include "image/jpeg_guard.h"
#include "image/stdio_file.h"

namespace winnow {
namespace {

constexpr unsigned kMostSegmentBytes = 0xffff;
// Of a progressive picture. No more are useful, and each costs as much as a picture, however short.
constexpr int kMostScans = 100;

// Sets the source of a decompressor, from its first byte.
using SetSource = std::function<void(j_decompress_ptr)>;

std::string_view BytesOf(const jpeg_marker_struct& segment) {
  return {reinterpret_cast<const char*>(segment.data), segment.data_length};
}

struct Decompress : jpeg_decompress_struct {
  Decompress() : jpeg_decompress_struct{} {}
  Decompress(const Decompress&) = delete;
  Decompress& operator=(const Decompress&) = delete;
  ~Decompress() { jpeg_destroy_decompress(this); }
};

class JpegDecoder final : public PictureDecoder {
 public:
  JpegDecoder(SetSource set_source, std::string name)
      : set_source_(std::move(set_source)), name_(std::move(name)) {
    format_ = "jpeg";
    decompress_.err = guard_.manager();
    Do([&] { jpeg_create_decompress(&decompress_); });
    progress_.progress_monitor = StopEndlessScans;
    decompress_.progress = &progress_;
    Open();
  }

  bool is_grey_or_rgb() const {
    const J_COLOR_SPACE space = decompress_.jpeg_color_space;
    return space == JCS_GRAYSCALE || space == JCS_RGB || space == JCS_YCbCr;
  }

  void Read(int count, std::uint8_t* rows) override {
    if (next_ == 0) Do([&] { jpeg_start_decompress(&decompress_); });
    for (; count > 0; --count, ++next_, rows += stored_.row_bytes()) {
      Do([&] { jpeg_read_scanlines(&decompress_, &rows, 1); });
    }
  }

  void Restart() override {
    jpeg_abort_decompress(&decompress_);
    Open();
  }

 private:
  void Open() {
    Do([&] {
      set_source_(&decompress_);
      for (const int app : {1, 2})
        jpeg_save_markers(&decompress_, JPEG_APP0 + app, kMostSegmentBytes);
      jpeg_read_header(&decompress_, TRUE);
      const bool grey = decompress_.jpeg_color_space == JCS_GRAYSCALE;
      decompress_.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
    });
    next_ = 0;
    stored_ = {static_cast<int>(decompress_.image_width),
               static_cast<int>(decompress_.image_height),
               decompress_.out_color_space == JCS_GRAYSCALE ? 1 : 3, 8};
    ReadMetadata();
  }

  void ReadMetadata() {
    metadata_ = {};
    constexpr std::string_view kExif(kJpegExif, sizeof kJpegExif);
    constexpr std::string_view kXmp(kJpegXmp, sizeof kJpegXmp);
    for (const auto* s = decompress_.marker_list; s != nullptr; s = s->next) {
      const std::string_view bytes = BytesOf(*s);
      if (metadata_.exif.empty() && bytes.starts_with(kExif)) metadata_.exif = bytes;
      if (bytes.starts_with(kXmp)) metadata_.xmp = bytes.substr(kXmp.size());
    }
    orientation_ = ExifOrientation(WithoutExifMarker(metadata_.exif));
    JOCTET* profile = nullptr;
    unsigned size = 0;
    Do([&] { jpeg_read_icc_profile(&decompress_, &profile, &size); });
    if (profile != nullptr) metadata_.icc.assign(reinterpret_cast<const char*>(profile), size);
    std::free(profile);
  }

  static void StopEndlessScans(j_common_ptr common) {
    auto* const decompress = reinterpret_cast<j_decompress_ptr>(common);
    if (decompress->input_scan_number <= kMostScans) return;
    common->err->msg_code = JERR_BAD_PROGRESSION;
    common->err->error_exit(common);
  }

  template <typename Call>
  void Do(Call call) {
    if (guard_.Try(call)) return;
    throw Error(ErrorKind::kCorrupt,
                name_ + ": the picture is damaged or cut short: " + guard_.message());
  }

  const SetSource set_source_;
  const std::string name_;
  JpegGuard guard_;
  jpeg_progress_mgr progress_ = {};
  Decompress decompress_;
  int next_ = 0;
};

std::unique_ptr<PictureDecoder> Open(SetSource set_source, const std::string& name) {
  auto decoder = std::make_unique<JpegDecoder>(std::move(set_source), name);
  if (!decoder->is_grey_or_rgb()) return nullptr;
  return decoder;
}

}  // namespace

std::unique_ptr<PictureDecoder> OpenJpeg(const std::filesystem::path& path) {
  const std::shared_ptr<std::FILE> file = OpenForReading(path);
  return Open(
      [file](j_decompress_ptr decompress) {
        std::rewind(file.get());
        jpeg_stdio_src(decompress, file.get());
      },
      path.string());
}

std::unique_ptr<PictureDecoder> OpenJpeg(std::string_view bytes, const std::string& name) {
  return Open(
      [bytes](j_decompress_ptr decompress) {
        jpeg_mem_src(decompress, reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
      },
      name);
}

}  // namespace winnow
