#include "training/checkpoint.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "formats/safetensors.h"
#include "training/checkpoint_numbers.h"
#include "training/checkpoint_sparsity.h"

namespace winnow {
namespace {

constexpr char kConditionPrefix[] = "condition.";
constexpr char kFormat[] = "winnow-checkpoint-1";

// Calls visit(key, number) for every number of the state, so that writing and reading cannot
// disagree. Numbers are visited as std::int64_t&, std::uint64_t& or double&.
template <typename Visit>
void VisitNumbers(Checkpoint& checkpoint, Visit visit) {
  RunState& run = checkpoint.run;
  visit("step", run.step);
  for (std::size_t i = 0; i < run.random.size(); ++i)
    visit("random." + std::to_string(i), run.random[i]);
  visit("skipped", run.skipped);
  visit("skipped_in_row", run.skipped_in_row);
  visit("loss_sum", run.loss_sum);
  visit("loss_count", run.loss_count);
  visit("seconds", run.seconds);
  visit("updates", checkpoint.optimiser.updates);
  // The average of a dense run begins with the run.
  if (checkpoint.sparsity) visit("average_start", checkpoint.optimiser.average_start);
}

// Calls visit(prefix, tensors) for every set of tensors.
template <typename Visit>
void VisitTensors(OptimiserState& state, Visit visit) {
  visit("weights/", state.weights);
  visit("average/", state.average);
  visit("moment1/", state.moment1);
  visit("moment2/", state.moment2);
}

void CheckConditions(const TensorFile& file, const std::map<std::string, std::string>& conditions,
                     const std::filesystem::path& path) {
  for (const auto& [name, value] : conditions) {
    const auto found = file.metadata.find(kConditionPrefix + name);
    const std::string before = found == file.metadata.end() ? "absent" : "'" + found->second + "'";
    if (before == "'" + value + "'") continue;
    throw Error(ErrorKind::kInvalidArgument,
                path.string() + ": cannot resume, the recipe has changed: " + name + " was " +
                    before + " and is now '" + value +
                    "'; restore it, or train into another folder");
  }
}

void CheckNoOtherCondition(const TensorFile& file,
                           const std::map<std::string, std::string>& conditions,
                           const std::filesystem::path& path) {
  for (const auto& [key, value] : file.metadata) {
    if (!key.starts_with(kConditionPrefix)) continue;
    const std::string name = key.substr(sizeof kConditionPrefix - 1);
    if (conditions.contains(name)) continue;
    throw Error(ErrorKind::kInvalidArgument,
                path.string() + ": cannot resume, the recipe has changed: " + name + " was '" +
                    value + "' and is now absent");
  }
}

void TakeTensors(TensorFile& file, const std::string& prefix, const Graph& graph,
                 const std::filesystem::path& path, std::vector<Tensor>& tensors) {
  for (const Param& param : graph.params()) {
    const auto found = file.tensors.find(prefix + param.name);
    if (found == file.tensors.end() || found->second.shape != param.shape) {
      FailCorrupt(path, "lacks '" + prefix + param.name + "' of shape " + ToString(param.shape));
    }
    tensors.push_back(std::move(found->second));
  }
}

}  // namespace

void WriteCheckpoint(const Checkpoint& checkpoint, const Graph& graph,
                     const std::filesystem::path& path) {
  Checkpoint copy = checkpoint;
  TensorFile file;
  file.metadata["format"] = kFormat;
  for (const auto& [name, value] : copy.conditions) file.metadata[kConditionPrefix + name] = value;
  VisitNumbers(copy, [&](const std::string& key, auto value) { PutNumber(key, value, file); });
  VisitTensors(copy.optimiser, [&](const std::string& prefix, std::vector<Tensor>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      file.tensors[prefix + graph.params()[i].name] = std::move(tensors[i]);
    }
  });
  if (checkpoint.sparsity) AddSparsity(*checkpoint.sparsity, file);
  WriteFile(path, SerializeSafetensors(file));
}

Checkpoint ReadCheckpoint(const std::filesystem::path& path, const Graph& graph,
                          const std::map<std::string, std::string>& conditions) {
  TensorFile file = ReadSafetensors(path);
  if (Entry(file, "format", path) != kFormat)
    FailCorrupt(path, "is not a checkpoint of this version");
  CheckConditions(file, conditions, path);
  CheckNoOtherCondition(file, conditions, path);
  Checkpoint checkpoint;
  checkpoint.conditions = conditions;
  if (HasSparsity(file)) checkpoint.sparsity = TakeSparsity(file, path);
  VisitNumbers(checkpoint,
               [&](const std::string& key, auto& value) { TakeNumber(file, key, path, value); });
  const bool averages =
      std::any_of(file.tensors.begin(), file.tensors.end(),
                  [](const auto& entry) { return entry.first.starts_with("average/"); });
  VisitTensors(checkpoint.optimiser, [&](const std::string& prefix, std::vector<Tensor>& tensors) {
    if (prefix != "average/" || averages) TakeTensors(file, prefix, graph, path, tensors);
  });
  return checkpoint;
}

}  // namespace winnow
