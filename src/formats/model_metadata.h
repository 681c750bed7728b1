// The metadata of a model file: everything of a model but its weights, as a map of strings.
#pragma once

#include <map>
#include <string>

#include "graph/model.h"

namespace winnow {

// Of format version 1, in which weights are stored in full. Errors: kInvalidArgument for what JSON
// cannot hold.
std::map<std::string, std::string> ToMetadata(const Model& model);

// Of format version 2, in which weights can be packed (packed_weights.h).
void MarkAsPacked(std::map<std::string, std::string>& metadata);
bool IsPacked(const std::map<std::string, std::string>& metadata);

// The exact inverse; the weights stay empty. `file` begins every message. Errors: kCorrupt, and
// kUnsupported for a newer format version or a file that is no Winnow model at all.
Model FromMetadata(const std::map<std::string, std::string>& metadata, const std::string& file);

}  // namespace winnow
