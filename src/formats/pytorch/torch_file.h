// Weights as PyTorch saves them: .pth and .pt, zip files (since 1.6) and the older kind. Nothing of
// a file is run (formats/pytorch/pickle.h).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "formats/safetensors.h"

namespace winnow {

// The state_dict of a file: what lies under params_ema, params, state_dict, ... where there is such
// a key, otherwise everything. Names of nested dicts are joined by dots; a prefix such as "module."
// that all names share is taken off. Errors name the file: kNotFound, kIo; kCorrupt; kUnsupported
// for TorchScript, compressed archives, names that weights have no use for, and files without
// tensors.
TensorFile ReadTorchFile(const std::filesystem::path& path);
TensorFile ParseTorchFile(std::string_view bytes, const std::string& name);

}  // namespace winnow
