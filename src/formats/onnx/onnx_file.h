// Networks of ONNX files. docs/import.md lists what is read.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "tensor/tensor.h"

namespace winnow {

struct OnnxNetwork {
  Graph graph;  // simplified (graph/simplify.h)
  std::vector<Tensor> weights;
  std::string producer;  // as the file says, such as "pytorch 2.4"
  int opset = 0;
  std::vector<std::string> notes;               // what the user should know
  std::map<std::string, std::string> metadata;  // metadata_props
};

// Opset 9 to 21. A network exported for one size or any becomes one for any: its operators are
// followed at a trial size, or at two, where all shapes are numbers. Errors name file, node, opset
// and a remedy: kNotFound, kIo; kCorrupt; kUnsupported for operators and forms that are not
// imported, and for data outside the file.
OnnxNetwork ReadOnnx(const std::filesystem::path& path);
OnnxNetwork ParseOnnx(std::string_view bytes, const std::string& name);

}  // namespace winnow
