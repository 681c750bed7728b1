// The metadata of a model file: everything of a model but its weights, as a map of strings.
#pragma once

#include <map>
#include <string>

#include "graph/model.h"

namespace winnow {

// Errors: kInvalidArgument for what JSON cannot hold.
std::map<std::string, std::string> ToMetadata(const Model& model);

// The exact inverse; the weights stay empty. `file` begins every message. Errors: kCorrupt, and
// kUnsupported for a newer format version or a file that is no Winnow model at all.
Model FromMetadata(const std::map<std::string, std::string>& metadata, const std::string& file);

}  // namespace winnow
