#include "training/checkpoint_sparsity.h"

#include "training/checkpoint_numbers.h"

namespace winnow {
namespace {

constexpr char kLayers[] = "sparsity.layers";

std::string RanksKey(std::size_t layer) { return "sparsity/ranks/" + std::to_string(layer); }

// Calls visit(key, number) for every number but the count of layers.
template <typename State, typename Visit>
void VisitNumbers(State& state, Visit visit) {
  visit("sparsity.updates", state.search.updates);
  visit("sparsity.annealing", state.search.annealing);
  visit("sparsity.last_compression", state.search.last_compression);
  visit("sparsity.snapshots", state.snapshots);
}

// Calls visit(key, values) for every array but the ranks. Small whole numbers are exact as floats.
template <typename State, typename Visit>
void VisitArrays(State& state, Visit visit) {
  visit("sparsity/factors", state.search.factors);
  visit("sparsity/moment1", state.search.moment1);
  visit("sparsity/moment2", state.search.moment2);
  visit("sparsity/frozen", state.search.frozen);
}

template <typename T>
void PutArray(const std::string& key, const std::vector<T>& values, TensorFile& file) {
  if (values.empty()) return;
  Tensor tensor({static_cast<std::int64_t>(values.size())});
  std::copy(values.begin(), values.end(), tensor.data.begin());
  file.tensors[key] = std::move(tensor);
}

template <typename T>
void TakeArray(const TensorFile& file, const std::string& key, std::vector<T>& values) {
  const auto found = file.tensors.find(key);
  if (found == file.tensors.end()) return;
  for (float value : found->second.data) values.push_back(static_cast<T>(value));
}

}  // namespace

void AddSparsity(const SparsityState& state, TensorFile& file) {
  PutNumber<std::uint64_t>(kLayers, state.ranks.size(), file);
  VisitNumbers(state, [&](const char* key, auto value) { PutNumber(key, value, file); });
  VisitArrays(state, [&](const char* key, const auto& values) { PutArray(key, values, file); });
  for (std::size_t i = 0; i < state.ranks.size(); ++i) PutArray(RanksKey(i), state.ranks[i], file);
}

bool HasSparsity(const TensorFile& file) { return file.metadata.contains(kLayers); }

SparsityState TakeSparsity(const TensorFile& file, const std::filesystem::path& path) {
  SparsityState state;
  VisitNumbers(state, [&](const char* key, auto& value) { TakeNumber(file, key, path, value); });
  VisitArrays(state, [&](const char* key, auto& values) { TakeArray(file, key, values); });
  std::uint64_t layers = 0;
  TakeNumber(file, kLayers, path, layers);
  for (std::uint64_t i = 0; i < layers; ++i) {
    if (!file.tensors.contains(RanksKey(i))) FailCorrupt(path, "lacks '" + RanksKey(i) + "'");
    TakeArray(file, RanksKey(i), state.ranks.emplace_back());
  }
  return state;
}

}  // namespace winnow
