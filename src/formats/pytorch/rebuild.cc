#include "formats/pytorch/rebuild.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"

namespace winnow::pytorch {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"collections.OrderedDict",
                                                    "torch._utils._rebuild_tensor",
                                                    "torch._utils._rebuild_tensor_v2",
                                                    "torch._utils._rebuild_parameter",
                                                    "torch.Size",
                                                    "torch.nn.parameter.Parameter"};

[[noreturn]] void Corrupt(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kCorrupt, where + ": " + problem);
}

template <typename T>
const T& As(const Tuple& tuple, std::size_t i, const std::string& where) {
  if (i >= tuple.items.size()) Corrupt(where, "a tensor is described by too few values");
  const T* value = std::get_if<T>(&tuple.items[i]->value);
  if (value == nullptr) Corrupt(where, "a tensor is described by values of the wrong kind");
  return *value;
}

std::vector<std::int64_t> Integers(const Tuple& tuple, const std::string& where) {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < tuple.items.size(); ++i) {
    values.push_back(As<std::int64_t>(tuple, i, where));
    if (values.back() < 0) Corrupt(where, "a tensor has a negative size or stride");
  }
  return values;
}

StridedTensor TensorOf(const Tuple& arguments, const std::string& where) {
  StridedTensor tensor;
  tensor.storage = As<Storage>(arguments, 0, where);
  tensor.offset = As<std::int64_t>(arguments, 1, where);
  tensor.sizes = Integers(As<Tuple>(arguments, 2, where), where);
  tensor.strides = Integers(As<Tuple>(arguments, 3, where), where);
  if (tensor.offset < 0 || tensor.sizes.size() != tensor.strides.size()) {
    Corrupt(where, "a tensor has sizes and strides that disagree");
  }
  return tensor;
}

}  // namespace

bool IsAllowed(const std::string& name) {
  const std::string_view prefix = "torch.";
  const std::string_view suffix = "Storage";
  if (name.starts_with(prefix) && name.ends_with(suffix)) {
    return name.find('.', prefix.size()) == std::string::npos;
  }
  return std::ranges::find(kNames, name) != kNames.end();
}

Object Rebuild(const std::string& function, const Tuple& arguments, const std::string& where) {
  if (function == "collections.OrderedDict") {
    if (!arguments.items.empty()) Corrupt(where, "an OrderedDict is made of values");
    return {Dict{}};
  }
  if (function.starts_with("torch._utils._rebuild_tensor")) return {TensorOf(arguments, where)};
  if (function == "torch._utils._rebuild_parameter" || function == "torch.nn.parameter.Parameter") {
    return {As<StridedTensor>(arguments, 0, where)};
  }
  if (function == "torch.Size") return {As<Tuple>(arguments, 0, where)};
  Corrupt(where, "calls '" + function + "', which is no function");
}

Storage StorageOf(const Object& persistent_id, const std::string& where) {
  const Tuple* id = std::get_if<Tuple>(&persistent_id.value);
  if (id == nullptr || id->items.size() < 5 || As<std::string>(*id, 0, where) != "storage") {
    Corrupt(where, "refers to data in an unknown way");
  }
  if (id->items.size() > 5 && !std::holds_alternative<None>(id->items[5]->value)) {
    throw Error(
        ErrorKind::kUnsupported,
        where + ": a storage is part of another; save the weights again by a newer PyTorch");
  }
  Storage storage;
  storage.type = As<Global>(*id, 1, where).name;
  storage.key = As<std::string>(*id, 2, where);
  storage.elements = As<std::int64_t>(*id, 4, where);
  if (storage.elements < 0) Corrupt(where, "a storage has a negative size");
  return storage;
}

}  // namespace winnow::pytorch
