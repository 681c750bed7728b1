#include "formats/import.h"

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "base/text.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

// The first few by name, and how many there are.
std::string MissingTensors(const TensorFile& file, const Graph& graph) {
  constexpr std::size_t kNamed = 5;
  std::vector<std::string> missing;
  for (const Param& param : graph.params()) {
    if (!file.tensors.contains(param.name)) missing.push_back(Quoted(param.name));
  }
  const std::size_t count = missing.size();
  missing.resize(std::min(count, kNamed));
  const std::string named = Join(missing, std::identity());
  if (count <= kNamed) return named;
  return named + " and " + std::to_string(count - kNamed) + " more, of " +
         std::to_string(graph.params().size());
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
