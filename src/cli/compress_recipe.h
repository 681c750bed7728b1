// The recipe that winnow compress trains by.
#pragma once

#include <filesystem>

#include "cli/compress_methods.h"
#include "graph/model.h"
#include "training/recipe.h"

namespace winnow {

// For a method that trains and the dense model in `file`, with `fraction` of its prunable costs as
// the budget. What the arguments leave open is chosen as for the models of recipes/; epochs and
// warm-up scale with the number of steps. Errors: kInvalidArgument (a network that removes blur
// without sharp pictures, sharp pictures for one that enlarges).
Recipe CompressionRecipe(const CompressArguments& arguments, const ModelInfo& dense,
                         const std::filesystem::path& file, double fraction);

}  // namespace winnow
