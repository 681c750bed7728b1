// The part of importing that puts weights into built-in networks.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/import_model.h"

namespace winnow {

// As ImportModel, for files of weights; `file` begins messages. A single file that is a Winnow
// model is taken as it is. Not yet run on noise.
Imported ImportWeights(const std::vector<std::filesystem::path>& files, const std::string& file,
                       const ImportOptions& options);

// Takes what Winnow wrote into a file's metadata about its own model, but for what the graph tells,
// and notes it.
void TakeDescription(const std::map<std::string, std::string>& metadata, const std::string& file,
                     Imported& imported);

}  // namespace winnow
