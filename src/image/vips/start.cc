#include "image/vips/start.h"

#include <algorithm>
#include <mutex>

#include "base/error.h"
#include "base/parallel.h"
#include "image/vips/modules.h"

namespace winnow {
namespace {

void Start() {
  // A library does not write to stderr; whatever matters comes back as an error.
  g_log_set_handler(
      "VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK & ~G_LOG_LEVEL_ERROR),
      [](const char*, GLogLevelFlags, const char*, void*) {}, nullptr);
  if (InitVipsWithoutModules() != 0) {
    throw Error(ErrorKind::kUnsupported, "libvips does not start: " + TakeVipsError());
  }
  AllowTrustedOperations();
  // Pictures stream through once: there is nothing to cache. More than a few threads help only the
  // encoders of AVIF and JPEG XL, and each costs memory.
  constexpr int kMostThreads = 4;
  vips_cache_set_max(0);
  vips_concurrency_set(std::min(HardwareThreads(), kMostThreads));
}

}  // namespace

void StartVips() {
  static std::once_flag once;
  std::call_once(once, Start);
}

void AllowTrustedOperations() {
  vips_block_untrusted_set(TRUE);
  // Version 8.14 counts JPEG XL as untrusted for its youth, not for what the format can do (it
  // neither runs programs nor opens files); pictures in it are wanted here.
  vips_operation_block_set("VipsForeignLoadJxl", FALSE);
  vips_operation_block_set("VipsForeignSaveJxl", FALSE);
}

std::string TakeVipsError() {
  std::string text = vips_error_buffer();
  vips_error_clear();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.replace(at, 1, "; ");
  }
  return text.empty() ? "no reason given" : text;
}

}  // namespace winnow
