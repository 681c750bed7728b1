// The part of a checkpoint that only sparse training has.
#pragma once

#include <filesystem>

#include "formats/safetensors.h"
#include "training/sparsity_state.h"

namespace winnow {

void AddSparsity(const SparsityState& state, TensorFile& file);

// Whether AddSparsity was called for the file.
bool HasSparsity(const TensorFile& file);

// What was added. Error kCorrupt naming `path`.
SparsityState TakeSparsity(const TensorFile& file, const std::filesystem::path& path);

}  // namespace winnow
