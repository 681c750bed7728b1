// Files that are installed with the program or the shared library, found relative to it.
#pragma once

#include <filesystem>
#include <vector>

namespace winnow {

// Where a file or folder of the relative path `part` may lie: beside the program, or shared
// library, that this code was loaded with, and in the folders above; the nearest first.
std::vector<std::filesystem::path> PlacesOfInstalled(const std::filesystem::path& part);

// The first of these that exists; empty if none does.
std::filesystem::path FindInstalled(const std::filesystem::path& part);

}  // namespace winnow
