#include "image/jpeg_write.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "image/codec_exif.h"
#include "image/jpeg_guard.h"

namespace winnow {
namespace {

constexpr std::size_t kMostSegmentBytes = 65533;

// Where libjpeg puts its bytes. Errors show in the state of the stream.
struct Destination : jpeg_destination_mgr {
  explicit Destination(std::ostream& out) : stream(out), buffer(1 << 16) {
    init_destination = [](j_compress_ptr compress) { Of(compress).Rewind(); };
    empty_output_buffer = [](j_compress_ptr compress) -> boolean {
      Of(compress).Write(Of(compress).buffer.size());
      return TRUE;
    };
    term_destination = [](j_compress_ptr compress) {
      Of(compress).Write(Of(compress).buffer.size() - Of(compress).free_in_buffer);
    };
  }

  static Destination& Of(j_compress_ptr compress) {
    return *static_cast<Destination*>(compress->dest);
  }
  void Rewind() {
    next_output_byte = buffer.data();
    free_in_buffer = buffer.size();
  }
  void Write(std::size_t size) {
    stream.write(reinterpret_cast<const char*>(buffer.data()), static_cast<std::streamsize>(size));
    Rewind();
  }

  std::ostream& stream;
  std::vector<JOCTET> buffer;
};

// What JPEG cannot hold is given up.
class EightBits {
 public:
  explicit EightBits(const ImageShape& shape) : shape_(shape) {}

  int channels() const { return shape_.channels <= 2 ? 1 : 3; }

  void Convert(const std::uint8_t* from, std::uint8_t* to) const {
    if (shape_.bits == 8 && !shape_.has_alpha()) {
      std::copy_n(from, shape_.row_bytes(), to);
      return;
    }
    if (shape_.bits == 8) return ConvertAs<std::uint8_t>(from, to);
    ConvertAs<std::uint16_t>(reinterpret_cast<const std::uint16_t*>(from), to);
  }

 private:
  template <typename Sample>
  void ConvertAs(const Sample* from, std::uint8_t* to) const {
    constexpr std::uint32_t kWhite = static_cast<Sample>(-1);
    constexpr std::uint32_t kStep = kWhite / 255;
    const int colours = channels();
    for (int x = 0; x < shape_.width; ++x, from += shape_.channels, to += colours) {
      const std::uint64_t alpha = shape_.has_alpha() ? from[colours] : kWhite;
      for (int c = 0; c < colours; ++c) {
        const std::uint64_t value = from[c] * alpha + kWhite * (kWhite - alpha);
        constexpr std::uint64_t kUnit = std::uint64_t{kWhite} * kStep;
        to[c] = static_cast<std::uint8_t>((value + kUnit / 2) / kUnit);
      }
    }
  }

  const ImageShape shape_;
};

struct Compress : jpeg_compress_struct {
  Compress() : jpeg_compress_struct{} {}
  Compress(const Compress&) = delete;
  Compress& operator=(const Compress&) = delete;
  ~Compress() { jpeg_destroy_compress(this); }
};

class JpegWriter {
 public:
  JpegWriter(const ImageShape& shape, int quality, std::ostream& out, std::string_view name)
      : name_(name), destination_(out) {
    compress_.err = guard_.manager();
    Do([&] { jpeg_create_compress(&compress_); });
    compress_.dest = &destination_;
    compress_.image_width = static_cast<JDIMENSION>(shape.width);
    compress_.image_height = static_cast<JDIMENSION>(shape.height);
    compress_.input_components = EightBits(shape).channels();
    compress_.in_color_space = compress_.input_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    Do([&] { Set(quality); });
  }

  void Begin(const ImageMetadata& metadata) {
    Do([&] { jpeg_start_compress(&compress_, TRUE); });
    if (HasTiffHeader(metadata.exif)) PutSegment({kJpegExif, sizeof kJpegExif}, metadata.exif);
    if (!metadata.xmp.empty()) PutSegment({kJpegXmp, sizeof kJpegXmp}, metadata.xmp);
    if (metadata.icc.empty()) return;
    const auto* const profile = reinterpret_cast<const JOCTET*>(metadata.icc.data());
    const auto size = static_cast<unsigned>(metadata.icc.size());
    Do([&] { jpeg_write_icc_profile(&compress_, profile, size); });
  }

  void Put(std::uint8_t* row) {
    Do([&] { jpeg_write_scanlines(&compress_, &row, 1); });
  }

  void End() {
    Do([&] { jpeg_finish_compress(&compress_); });
  }

 private:
  void Set(int quality) {
    // Optimal codes take a second pass over all coefficients, which are held for it.
    constexpr std::int64_t kMostPixels = 1 << 25;
    constexpr int kFullColour = 90;
    constexpr UINT16 kDotsPerInch = 72;  // what EXIF presumes where nothing is known
    jpeg_set_defaults(&compress_);
    jpeg_set_quality(&compress_, quality, TRUE);
    const std::int64_t pixels = std::int64_t{compress_.image_width} * compress_.image_height;
    compress_.optimize_coding = pixels <= kMostPixels;
    compress_.density_unit = 1;
    compress_.X_density = compress_.Y_density = kDotsPerInch;
    const int halves = quality >= kFullColour || compress_.num_components == 1 ? 1 : 2;
    compress_.comp_info[0].h_samp_factor = compress_.comp_info[0].v_samp_factor = halves;
  }

  void PutSegment(std::string_view marker, const std::string& data) {
    const std::string segment = std::string(marker) + data;
    if (segment.size() > kMostSegmentBytes) return;
    const auto* const bytes = reinterpret_cast<const JOCTET*>(segment.data());
    const auto size = static_cast<unsigned>(segment.size());
    Do([&] { jpeg_write_marker(&compress_, JPEG_APP0 + 1, bytes, size); });
  }

  template <typename Call>
  void Do(Call call) {
    if (!guard_.Try(call)) Fail(guard_.message());
    if (!destination_.stream) Fail("the disk or stream takes no more");
  }

  [[noreturn]] void Fail(const std::string& reason) const {
    throw Error(ErrorKind::kIo, name_ + ": cannot be written: " + reason);
  }

  const std::string name_;
  JpegGuard guard_;
  Destination destination_;
  Compress compress_;
};

}  // namespace

void WriteJpeg(RowSource& rows, int quality, std::ostream& out, std::string_view name) {
  const ImageShape& shape = rows.shape();
  ImageMetadata metadata = rows.metadata();
  metadata.exif = WithExtent(std::move(metadata.exif), shape.width, shape.height);
  const EightBits eight_bits(shape);
  std::vector<std::uint8_t> row(shape.row_bytes());
  std::vector<std::uint8_t> reduced(static_cast<std::size_t>(shape.width) * eight_bits.channels());
  JpegWriter writer(shape, quality, out, name);
  writer.Begin(metadata);
  for (int y = 0; y < shape.height; ++y) {
    rows.Read(1, row.data());
    eight_bits.Convert(row.data(), reduced.data());
    writer.Put(reduced.data());
  }
  writer.End();
}

}  // namespace winnow
