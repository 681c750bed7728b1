// A model as a file for other programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "formats/model_file.h"
#include "formats/onnx/onnx_writer.h"
#include "graph/model.h"

namespace winnow {

struct ExportOptions {
  OnnxExtents extents{};         // of .onnx
  std::string range{};           // of .onnx: a row of PictureRanges(); empty: the network's own
  bool densify = false;          // of .safetensors: a Winnow model instead of weights
  std::filesystem::path like{};  // of .safetensors: weights of the network by others; empty: none
  DType dtype = DType::kF32;     // of .safetensors
};

// Writes `path` by its suffix: .onnx is the network, to its restored picture alone; .safetensors
// the weights in full under the names of the graph's params, which for weights that were imported
// are those they came with, or with `densify` a Winnow model that stores them so. With `like` the
// file gets the tensors of that one, those that the model has with the model's values. Returns what
// the user should know. Errors: kInvalidArgument for another suffix, options of the other suffix, a
// `like` that lacks a tensor or has it in another shape; those of the readers and writers.
std::vector<std::string> ExportModel(const Model& model, const std::filesystem::path& path,
                                     const ExportOptions& options);

}  // namespace winnow
