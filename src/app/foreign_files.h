// Files of other programs, told by their names.
#pragma once

#include <filesystem>

namespace winnow {

bool IsOnnxFile(const std::filesystem::path& path);

// PyTorch's: .pth, .pt, .ckpt, .bin and .pkl.
bool IsTorchFile(const std::filesystem::path& path);

// Either of both: what `winnow import` makes models of, besides safetensors.
bool IsImportable(const std::filesystem::path& path);

// Errors: kUnsupported, naming the program, for files in which others keep networks and that
// nothing here reads, so that nobody has to guess about them.
void RefuseForeign(const std::filesystem::path& path);

}  // namespace winnow
