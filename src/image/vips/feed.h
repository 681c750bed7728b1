// The rows of a source as a picture that libvips can save.
#pragma once

#include <exception>

#include "image/rows.h"
#include "image/vips/start.h"

namespace winnow {

VipsInterpretation InterpretationOf(int bands, int bits);

// Throws kUnsupported where libvips has given none.
VipsPtr<VipsImage> CheckedVips(VipsImage* image);

// Must outlive what is made of its image; so must `rows`.
class RowFeed {
 public:
  explicit RowFeed(RowSource& rows);
  RowFeed(const RowFeed&) = delete;
  RowFeed& operator=(const RowFeed&) = delete;

  // Computed from top to bottom, once, by one thread at a time.
  VipsImage* image() const { return image_.get(); }

  // Throws what `rows` threw while libvips, which knows no exceptions, was asking for them.
  void Rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static int Generate(VipsRegion* out, void*, void* self, void*, gboolean*);
  int Fill(VipsRegion* out);

  RowSource& rows_;
  int next_ = 0;
  std::exception_ptr error_;
  VipsPtr<VipsImage> image_;
};

}  // namespace winnow
