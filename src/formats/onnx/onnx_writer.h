// Models as ONNX files, for other engines. docs/export.md says what is written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "graph/model.h"

namespace winnow {

// Names of the picture that goes in and of the graph's last output; its other outputs are named
// after their nodes.
inline constexpr const char* kOnnxInput = "input";
inline constexpr const char* kOnnxOutput = "output";

// The extents of the input that a file is for; 0: any.
struct OnnxExtents {
  std::int64_t height = 0;
  std::int64_t width = 0;
};

// Opset 13: the oldest that has every operator in the form that all later ones up to 17 kept, so
// that it is read most widely. Batches of pictures in [batch, channels, height, width] to every
// output of the graph, in float32; weights in full, with zeros where they were pruned, under the
// names of the graph's params. What no output needs is left out. Everything else of the model is in
// metadata_props, as in a model file (ForeignMetadata). Errors: kInvalidArgument for a model
// without weights and for extents that the network cannot take; kUnsupported where the file would
// reach the 2 GiB at which messages end.
std::string SerializeOnnx(const Model& model, const OnnxExtents& extents = {});
void WriteOnnx(const Model& model, const std::filesystem::path& path,
               const OnnxExtents& extents = {});

}  // namespace winnow
