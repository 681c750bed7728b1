// The recipe that winnow compress trains by.
#pragma once

#include <filesystem>

#include "cli/compress_methods.h"
#include "graph/model.h"
#include "training/recipe.h"

namespace winnow {

// Of the pictures of a folder, as DataRecipe::validation_every.
inline constexpr int kValidationEvery = 20;

// Whether a network learns from the dense one's results alone: as --labels says. Else where no
// input can be made of a sharp picture: for imported networks, which may be for any, and for those
// that keep the extent when no sharp pictures are given.
bool HasTeacherLabels(const CompressArguments& arguments, const ModelInfo& dense);

// For a method that trains and the dense model in `file`, with `fraction` of its prunable costs as
// the budget. What the arguments leave open is chosen as for the models of recipes/; epochs and
// warm-up scale with the number of steps. Errors: kInvalidArgument (photos as labels of a network
// that keeps the extent without sharp pictures, sharp pictures where none are looked at).
Recipe CompressionRecipe(const CompressArguments& arguments, const ModelInfo& dense,
                         const std::filesystem::path& file, double fraction);

// For training on what greedy has made of the dense model in `file`, with its patterns; the pruned
// model is in `pruned`. Errors: as CompressionRecipe's.
Recipe FinetuneRecipe(const CompressArguments& arguments, const ModelInfo& dense,
                      const std::filesystem::path& file, const std::filesystem::path& pruned);

}  // namespace winnow
