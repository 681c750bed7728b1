// Winnow's model file: one safetensors file whose metadata carries the graph. docs/file_format.md
// has every byte.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "formats/safetensors.h"
#include "graph/model.h"

namespace winnow {

// Errors as ReadSafetensors, and kUnsupported for a file of a newer format version; the model is
// validated.
Model ReadModel(const std::filesystem::path& path);
Model ParseModel(std::string_view bytes, const std::string& name);

// Weights with many zeros are stored as bits and the values kept, or in full as all others.
enum class WeightStorage { kPacked, kFull };

std::string SerializeModel(const Model& model, DType dtype = DType::kF32,
                           WeightStorage storage = WeightStorage::kPacked);
void WriteModel(const Model& model, const std::filesystem::path& path, DType dtype = DType::kF32,
                WeightStorage storage = WeightStorage::kPacked);

// The weights alone, in full, by the names of the params.
TensorFile WeightsOf(const Model& model);

}  // namespace winnow
