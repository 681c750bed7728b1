// Pictures as files store them: what is particular to a format about reading.
#pragma once

#include <cstdint>
#include <string>

#include "image/image.h"
#include "image/rows.h"

namespace winnow {

// A picture whose header is read.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;
  PictureDecoder(const PictureDecoder&) = delete;
  PictureDecoder& operator=(const PictureDecoder&) = delete;

  const ImageShape& stored() const { return stored_; }
  int orientation() const { return orientation_; }  // 1..8 as in EXIF, still to be applied
  const ImageMetadata& metadata() const { return metadata_; }  // as it is in the file
  const std::string& format() const { return format_; }

  // The next `count` rows as they are stored, which must exist. Errors: kCorrupt.
  virtual void Read(int count, std::uint8_t* rows) = 0;
  // Begins again from the top, with the header read anew. Not for what comes only once (pipes).
  virtual void Restart() = 0;

 protected:
  PictureDecoder() = default;

  ImageShape stored_;
  int orientation_ = 1;
  ImageMetadata metadata_;
  std::string format_;
};

}  // namespace winnow
