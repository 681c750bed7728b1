// The metadata of a model file: everything of a model but its weights, as a map of strings.
#pragma once

#include <map>
#include <string>

#include "graph/model.h"

namespace winnow {

// Of format version 1, in which weights are stored in full. Errors: kInvalidArgument for what JSON
// cannot hold.
std::map<std::string, std::string> ToMetadata(const Model& model);

// Whether the metadata are those of a model file, of whatever version.
bool IsModelMetadata(const std::map<std::string, std::string>& metadata);

// Of format version 2, in which weights can be packed (packed_weights.h).
void MarkAsPacked(std::map<std::string, std::string>& metadata);
bool IsPacked(const std::map<std::string, std::string>& metadata);

// The same without the graph, for files that have it in another form: keys "winnow.info",
// "winnow.licence", "winnow.patterns" and "winnow.provenance".
std::map<std::string, std::string> ForeignMetadata(const Model& model);
bool HasForeignMetadata(const std::map<std::string, std::string>& metadata);

// The inverse of ForeignMetadata, for the graph that `model` has. Patterns of weights that the
// graph does not have are left out. Errors: as FromMetadata's.
void ReadForeignMetadata(const std::map<std::string, std::string>& metadata,
                         const std::string& file, Model& model);

// The exact inverse of ToMetadata; the weights stay empty. `file` begins every message. Errors:
// kCorrupt, and kUnsupported for a newer format version or a file that is no Winnow model at all.
Model FromMetadata(const std::map<std::string, std::string>& metadata, const std::string& file);

}  // namespace winnow
