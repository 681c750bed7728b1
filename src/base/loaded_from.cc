#include "base/loaded_from.h"

#include <dlfcn.h>
#include <link.h>

namespace winnow {
namespace {

namespace fs = std::filesystem;

// The program or shared library that this code was loaded with. Empty where that is unknown.
fs::path LoadedFrom() {
  Dl_info info;
  link_map* map = nullptr;
  const auto* here = reinterpret_cast<const void*>(&LoadedFrom);
  const bool found = ::dladdr1(here, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) != 0 &&
                     map != nullptr;
  std::error_code ec;
  const bool library = found && map->l_name[0] != '\0';
  const fs::path file = fs::canonical(library ? map->l_name : "/proc/self/exe", ec);
  return ec ? fs::path() : file;
}

}  // namespace

std::vector<fs::path> PlacesOfInstalled(const fs::path& part) {
  std::vector<fs::path> places;
  fs::path above = LoadedFrom().parent_path();
  // bin/, lib/ and lib/x86_64-linux-gnu/; tests of a build folder lie deeper.
  constexpr int kMostAbove = 4;
  for (int i = 0; i < kMostAbove && above.has_relative_path(); ++i, above = above.parent_path()) {
    places.push_back(above / part);
  }
  return places;
}

fs::path FindInstalled(const fs::path& part) {
  std::error_code ignored;
  for (const fs::path& place : PlacesOfInstalled(part)) {
    if (fs::exists(place, ignored)) return place;
  }
  return {};
}

}  // namespace winnow
