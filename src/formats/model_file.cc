#include "formats/model_file.h"

#include "base/error.h"
#include "base/file.h"
#include "formats/as_corrupt.h"
#include "formats/import.h"
#include "formats/model_metadata.h"
#include "formats/packed_weights.h"
#include "formats/strict_json.h"

namespace winnow {

Model ParseModel(std::string_view bytes, const std::string& name) {
  TensorFile file = ParseSafetensors(bytes, name);
  Model model = FromMetadata(file.metadata, name);
  if (IsPacked(file.metadata)) UnpackWeights(model.graph, name, file);
  std::vector<std::string> unused;
  try {
    unused = LoadWeights(file, name, model);
  } catch (const Error& error) {  // its message begins with the name already
    throw Error(ErrorKind::kCorrupt, error.what());
  }
  if (!unused.empty()) {
    throw Error(ErrorKind::kCorrupt,
                name + ": tensor " + Quoted(unused.front()) + " is no param of the graph");
  }
  AsCorrupt(name, [&] { Validate(model); });
  return model;
}

Model ReadModel(const std::filesystem::path& path) {
  return ParseModel(ReadFile(path), path.string());
}

TensorFile WeightsOf(const Model& model) {
  Validate(model);
  TensorFile file;
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    file.tensors.emplace(model.graph.params()[i].name, model.weights[i]);
  }
  return file;
}

std::string SerializeModel(const Model& model, DType dtype, WeightStorage storage) {
  TensorFile file = WeightsOf(model);
  file.metadata = ToMetadata(model);
  if (storage == WeightStorage::kPacked && PackWeights(dtype, file)) MarkAsPacked(file.metadata);
  return SerializeSafetensors(file, dtype);
}

void WriteModel(const Model& model, const std::filesystem::path& path, DType dtype,
                WeightStorage storage) {
  WriteFile(path, SerializeModel(model, dtype, storage));
}

}  // namespace winnow
