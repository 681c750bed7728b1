#include "formats/import.h"

#include "base/error.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

std::string MissingTensors(const TensorFile& file, const Graph& graph) {
  std::string missing;
  for (const Param& param : graph.params()) {
    if (file.tensors.contains(param.name)) continue;
    if (!missing.empty()) missing += ", ";
    missing += Quoted(param.name);
  }
  return missing;
}

}  // namespace

std::vector<std::string> LoadWeights(const TensorFile& file, const std::string& file_name,
                                     Model& model) {
  const std::string missing = MissingTensors(file, model.graph);
  if (!missing.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                file_name + ": missing tensors that the network needs: " + missing);
  }
  std::vector<Tensor> weights;
  for (const Param& param : model.graph.params()) {
    const Tensor& tensor = file.tensors.at(param.name);
    if (tensor.shape != param.shape) {
      throw Error(ErrorKind::kInvalidArgument, file_name + ": tensor " + Quoted(param.name) +
                                                   " is " + ToString(tensor.shape) +
                                                   ", the network needs " + ToString(param.shape));
    }
    weights.push_back(tensor);
  }
  model.weights = std::move(weights);

  std::vector<std::string> unused;
  for (const auto& [name, tensor] : file.tensors) {
    if (!model.graph.HasParam(name)) unused.push_back(name);
  }
  return unused;
}

}  // namespace winnow
