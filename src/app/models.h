// Models by name or file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "graph/model.h"

namespace winnow {

// Folders that hold models by name, the first one wins: $WINNOW_MODELS, then share/winnow/models in
// the folder of the program or shared library that this code is a part of and in those above it, of
// which a few are looked at: so models are found where they are installed, wherever that is, and in
// a build folder, which has a link to those of the source tree. Those that exist.
std::vector<std::filesystem::path> ModelFolders();

// Names of the models there, sorted.
std::vector<std::string> ModelNames();

// The file of a model given by name ("winnow-x4") or by path. Errors: kNotFound, listing the names;
// kUnsupported for a file of another project, saying whether it can be imported.
std::filesystem::path FindModelFile(const std::string& name_or_path);
Model LoadModel(const std::string& name_or_path);

// The built-in model for a task (see ModelInfo) that serves an enlargement `scale` times; 0: what
// is usual. Whether it is there shows on loading it. Errors: kInvalidArgument.
std::string DefaultModelName(const std::string& task, int scale);

// LoadModel of it. Error kNotFound, naming the missing model and what to do.
Model LoadDefaultModel(const std::string& task, int scale);

}  // namespace winnow
