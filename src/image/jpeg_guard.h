// Calls of libjpeg, which leaves them by a jump where they fail.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's header needs those before it.
#include <jerror.h>
#include <jpeglib.h>

#include <string>

namespace winnow {

class JpegGuard {
 public:
  JpegGuard();
  JpegGuard(const JpegGuard&) = delete;
  JpegGuard& operator=(const JpegGuard&) = delete;

  // For the `err` of (de)compressors. Warnings pass in silence, but for data that ends too early,
  // which is an error.
  jpeg_error_mgr* manager() { return &manager_; }

  // Whether `call` came to its end. It may call libjpeg, and hold nothing that needs destruction.
  template <typename Call>
  bool Try(Call call) {
    if (setjmp(manager_.jump) != 0) return false;
    call();
    return true;
  }
  // Why it did not.
  std::string message() const { return manager_.text; }

 private:
  struct Manager : jpeg_error_mgr {
    std::jmp_buf jump;
    char text[JMSG_LENGTH_MAX] = {};
  };
  [[noreturn]] static void Leave(j_common_ptr common);
  static void OnMessage(j_common_ptr common, int level);

  Manager manager_;
};

// What marks the segments of EXIF and XMP, including zeros.
inline constexpr char kJpegExif[] = "Exif\0";
inline constexpr char kJpegXmp[] = "http://ns.adobe.com/xap/1.0/";

}  // namespace winnow
