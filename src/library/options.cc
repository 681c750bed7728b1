#include "winnow/options.h"

#include <new>

#include "base/error.h"
#include "image/codec.h"
#include "library/guard.h"
#include "library/handles.h"

namespace winnow {
namespace {

void RequireRange(std::int64_t value, std::int64_t low, std::int64_t high, const char* name) {
  if (value >= low && value <= high) return;
  throw Error(ErrorKind::kInvalidArgument, std::string(name) + " " + std::to_string(value) +
                                               " is not in " + std::to_string(low) + " .. " +
                                               std::to_string(high));
}

// Sets `member` to `value` if it is in range.
template <typename T>
winnow_status Set(winnow_options* options, T winnow_options::*member, T value, std::int64_t low,
                  std::int64_t high, const char* name) {
  return Guarded([&] {
    RequireGiven(options, "options");
    RequireRange(value, low, high, name);
    options->*member = value;
  });
}

Precision PrecisionOf(winnow_precision precision) {
  switch (precision) {
    case WINNOW_EXACT:
      return Precision::kExact;
    case WINNOW_FAST:
      return Precision::kFast;
    case WINNOW_BF16:
      return Precision::kBf16;
    case WINNOW_FP16:
      return Precision::kFp16;
  }
  throw Error(ErrorKind::kInvalidArgument, "unknown precision " + std::to_string(precision));
}

std::string FormatOf(const char* format) {
  if (format == nullptr) return {};
  std::string name = FormatOfExtension(std::string("x.") + format);
  if (!name.empty()) return name;
  throw Error(ErrorKind::kInvalidArgument,
              std::string("unknown picture format '") + format +
                  "'; choose png, jpeg, webp, tiff, avif, heif or jxl");
}

}  // namespace
}  // namespace winnow

using winnow::Guarded;
using winnow::RequireGiven;

winnow_options* winnow_options_new(void) { return new (std::nothrow) winnow_options; }

void winnow_options_free(winnow_options* options) { delete options; }

winnow_status winnow_options_set_scale(winnow_options* options, int scale) {
  return winnow::Set(options, &winnow_options::scale, scale, 0, 64, "scale");
}

winnow_status winnow_options_set_threads(winnow_options* options, int threads) {
  return winnow::Set(options, &winnow_options::threads, threads, 0, 1024, "threads");
}

winnow_status winnow_options_set_max_memory(winnow_options* options, int64_t bytes) {
  return winnow::Set(options, &winnow_options::max_memory, bytes, 0, INT64_MAX / 2, "max_memory");
}

winnow_status winnow_options_set_precision(winnow_options* options, winnow_precision precision) {
  return Guarded([&] {
    RequireGiven(options, "options");
    options->precision = winnow::PrecisionOf(precision);
  });
}

winnow_status winnow_options_set_ensemble(winnow_options* options, int ensemble) {
  return winnow::Set(options, &winnow_options::ensemble, ensemble, 0, 1, "ensemble");
}

winnow_status winnow_options_set_progress(winnow_options* options, winnow_progress progress,
                                          void* user) {
  return Guarded([&] {
    RequireGiven(options, "options");
    options->progress = progress;
    options->progress_user = user;
  });
}

winnow_status winnow_options_set_message(winnow_options* options, winnow_message message,
                                         void* user) {
  return Guarded([&] {
    RequireGiven(options, "options");
    options->message = message;
    options->message_user = user;
  });
}

winnow_status winnow_options_set_format(winnow_options* options, const char* format) {
  return Guarded([&] {
    RequireGiven(options, "options");
    options->format = winnow::FormatOf(format);
  });
}

winnow_status winnow_options_set_quality(winnow_options* options, int quality) {
  return Guarded([&] {
    RequireGiven(options, "options");
    winnow::RequireRange(quality, 0, 100, "quality");
    options->quality = quality == 0 ? std::nullopt : std::optional(quality);
  });
}

winnow_status winnow_options_set_max_pixels(winnow_options* options, int64_t pixels) {
  return winnow::Set(options, &winnow_options::max_pixels, pixels, 1, INT64_MAX, "max_pixels");
}
