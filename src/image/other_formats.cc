#include "image/other_formats.h"

#include <dlfcn.h>

#include "base/error.h"
#include "base/loaded_from.h"

namespace winnow {
namespace {

OtherFormats* Load() {
  const std::filesystem::path file = FindInstalled("lib/winnow/pictures.so");
  // Never unloaded: what libvips registers cannot be taken back.
  void* const module = file.empty() ? nullptr : ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  void* const entry = module == nullptr ? nullptr : ::dlsym(module, "WinnowOtherFormats");
  if (entry == nullptr) {
    const char* const reason = file.empty() ? "it is not installed" : ::dlerror();
    throw Error(ErrorKind::kUnsupported,
                "picture formats other than PNG and JPEG need lib/winnow/pictures.so, which cannot "
                "be loaded: " +
                    std::string(reason == nullptr ? "no reason given" : reason));
  }
  return reinterpret_cast<decltype(&WinnowOtherFormats)>(entry)();
}

}  // namespace

OtherFormats& LoadOtherFormats() {
  static OtherFormats* const formats = Load();
  return *formats;
}

}  // namespace winnow
