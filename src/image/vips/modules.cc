#include "image/vips/modules.h"

#include <dlfcn.h>
#include <gmodule.h>

#include <filesystem>
#include <mutex>
#include <string>

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr char kHome[] = "VIPSHOME";  // where libvips looks for its modules

// Beside the library itself; empty if it was built without modules, or is linked statically.
fs::path FindModuleFolder() {
  Dl_info library = {};
  if (::dladdr(reinterpret_cast<const void*>(&vips_version_string), &library) == 0) return {};
  std::error_code error;
  const fs::path file = fs::canonical(library.dli_fname, error);
  const std::string version =
      std::to_string(vips_version(0)) + "." + std::to_string(vips_version(1));
  const fs::path folder = file.parent_path() / ("vips-modules-" + version);
  return fs::is_directory(folder, error) ? folder : fs::path();
}

// Empty: libvips has loaded what there is.
fs::path& ModuleFolder() {
  static fs::path folder;
  return folder;
}

void Load(const fs::path& file) {
  GModule* module = g_module_open(file.c_str(), G_MODULE_BIND_LAZY);
  if (module == nullptr) return;
  g_module_make_resident(module);  // the classes it registers cannot be taken back
  AllowTrustedOperations();
}

}  // namespace

int InitVipsWithoutModules() {
  const fs::path folder = g_getenv(kHome) == nullptr ? FindModuleFolder() : fs::path();
  if (folder.empty()) return vips_init("winnow");
  // There is no call to leave modules out, but a home without any has the same effect. libvips sets
  // the variable itself where it is not set.
  g_setenv(kHome, "/nonexistent", FALSE);
  const int failed = vips_init("winnow");
  g_unsetenv(kHome);
  ModuleFolder() = folder;
  return failed;
}

void LoadVipsModule(std::string_view format) {
  StartVips();
  if (ModuleFolder().empty()) return;
  static std::once_flag heif;
  static std::once_flag jxl;
  if (format == "heif" || format == "avif") {
    std::call_once(heif, [] { Load(ModuleFolder() / "vips-heif.so"); });
  } else if (format == "jxl") {
    std::call_once(jxl, [] { Load(ModuleFolder() / "vips-jxl.so"); });
  }
}

}  // namespace winnow
