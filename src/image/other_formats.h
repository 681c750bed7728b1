// The picture formats that libvips reads and writes. It brings a hundred libraries, which take
// longer to load than a small picture to restore: so it lives in a module that is loaded when one
// of these formats is met.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "image/codec_formats.h"
#include "image/picture_decoder.h"

namespace winnow {

class OtherFormats {
 public:
  virtual ~OtherFormats() = default;

  // Of a file that exists. Errors: kIo, kCorrupt, kUnsupported.
  virtual std::unique_ptr<PictureDecoder> Open(const std::filesystem::path& path) = 0;
  // The same from bytes, which must outlive it; `name` is for messages.
  virtual std::unique_ptr<PictureDecoder> Open(std::string_view bytes, const std::string& name) = 0;

  // What `rows` throws is rethrown. Errors: kIo, kUnsupported; messages begin with `name`.
  virtual void Write(RowSource& rows, const std::filesystem::path& path,
                     const PictureFormat& format, int quality, const std::string& name) = 0;
  virtual std::string Encode(RowSource& rows, const PictureFormat& format, int quality) = 0;
  virtual bool CanWrite(const PictureFormat& format) = 0;
};

// Loads the module on the first call, from whichever thread. Errors: kUnsupported where it is not
// installed with the program or library.
OtherFormats& LoadOtherFormats();

// What the module exports.
extern "C" OtherFormats* WinnowOtherFormats();

}  // namespace winnow
