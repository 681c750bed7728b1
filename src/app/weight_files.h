// Weights of other projects, in one file or in parts.
#pragma once

#include <filesystem>
#include <vector>

#include "formats/safetensors.h"

namespace winnow {

// .pth, .pt, .ckpt, .bin and .pkl as PyTorch's, any other as safetensors. Errors: those of the
// readers; kUnsupported for the files of other programs.
TensorFile ReadWeights(const std::filesystem::path& path);

// A folder stands for the files of weights in it. Of several files, at least one, the tensors'
// names begin with the file's name without suffix and a dot. Errors: those of the readers;
// kInvalidArgument for a folder without weights and for a name twice.
TensorFile ReadWeightFiles(const std::vector<std::filesystem::path>& files);

}  // namespace winnow
