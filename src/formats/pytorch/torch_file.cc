#include "formats/pytorch/torch_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>

#include "base/checked.h"
#include "base/file.h"
#include "formats/dtype.h"
#include "formats/pytorch/archive.h"
#include "formats/pytorch/pickle.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

using pytorch::Dict;
using pytorch::Object;
using pytorch::Pickle;
using pytorch::Storage;
using pytorch::StridedTensor;

constexpr int kMaxNesting = 8;

// Where trainers keep the weights, the better ones first.
constexpr std::array<std::string_view, 10> kWeightKeys = {
    "params_ema", "params",    "state_dict", "model_state_dict", "model", "net",
    "network",    "generator", "g_ema",      "weights"};
constexpr std::array<std::string_view, 6> kPrefixes = {"module.",  "model.", "net.",
                                                       "network.", "netG.",  "generator."};

[[noreturn]] void Corrupt(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kCorrupt, where + ": " + problem);
}
[[noreturn]] void Unsupported(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kUnsupported, where + ": " + problem);
}

struct StorageType {
  std::string_view name;
  DType dtype;
};
constexpr std::array<StorageType, 9> kStorageTypes = {{{"torch.FloatStorage", DType::kF32},
                                                       {"torch.HalfStorage", DType::kF16},
                                                       {"torch.BFloat16Storage", DType::kBf16},
                                                       {"torch.DoubleStorage", DType::kF64},
                                                       {"torch.LongStorage", DType::kI64},
                                                       {"torch.IntStorage", DType::kI32},
                                                       {"torch.CharStorage", DType::kI8},
                                                       {"torch.ByteStorage", DType::kU8},
                                                       {"torch.BoolStorage", DType::kU8}}};

DType TypeOf(const Storage& storage, const std::string& where) {
  const auto type = std::ranges::find(kStorageTypes, storage.type, &StorageType::name);
  if (type == kStorageTypes.end()) {
    Unsupported(where, "numbers of " + Quoted(storage.type) +
                           " are not read; convert the weights to float32");
  }
  return type->dtype;
}

// The bytes of a storage.
using Data = std::function<std::string_view(const Storage&, const std::string& where)>;

Tensor ReadTensor(const StridedTensor& t, const Data& data, const std::string& where) {
  const DType dtype = TypeOf(t.storage, where);
  const std::int64_t item = Describe(dtype).bytes;
  const std::string_view bytes = data(t.storage, where);
  if (CheckedMul(t.storage.elements, item, where) != static_cast<std::int64_t>(bytes.size())) {
    Corrupt(where, "its storage has " + std::to_string(bytes.size()) + " bytes, " +
                       std::to_string(t.storage.elements) + " numbers are announced");
  }
  std::int64_t count = 1;
  std::int64_t last = t.offset;
  for (std::size_t i = 0; i < t.sizes.size(); ++i) {
    count = CheckedMul(count, t.sizes[i], where);
    const std::int64_t steps = std::max<std::int64_t>(t.sizes[i] - 1, 0);
    last = CheckedAdd(last, CheckedMul(steps, t.strides[i], where), where);
  }
  if (count > t.storage.elements || (count > 0 && last >= t.storage.elements)) {
    Corrupt(where, "reaches beyond its storage");
  }
  Tensor tensor(t.sizes);
  if (count == 0) return tensor;
  std::vector<float> values(static_cast<std::size_t>(last - t.offset + 1));
  DecodeToFloat(dtype, bytes.substr(static_cast<std::size_t>(t.offset * item)), values);
  std::vector<std::int64_t> at(t.sizes.size(), 0);
  std::int64_t from = 0;
  for (float& value : tensor.data) {
    value = values[static_cast<std::size_t>(from)];
    if (!std::isfinite(value)) Corrupt(where, "holds a value that is not finite in float32");
    for (std::size_t axis = at.size(); axis-- > 0;) {
      from += t.strides[axis];
      if (++at[axis] < t.sizes[axis]) break;
      from -= t.strides[axis] * t.sizes[axis];
      at[axis] = 0;
    }
  }
  return tensor;
}

class Collector {
 public:
  Collector(const Data& data, const std::string& file) : data_(data), file_(file) {}

  TensorFile Run(const Object& root) {
    const Object* weights = &root;
    for (int depth = 0; depth < 2; ++depth) weights = Inside(*weights);
    Add("", *weights, 0);
    if (out_.tensors.empty()) {
      Unsupported(file_, "holds no tensors; save the weights: torch.save(model.state_dict(), ...)");
    }
    while (TakePrefixOff()) {
    }
    return std::move(out_);
  }

 private:
  // What lies under one of the usual keys, if it is a dict.
  static const Object* Inside(const Object& object) {
    const auto* dict = std::get_if<Dict>(&object.value);
    if (dict == nullptr) return &object;
    for (std::string_view wanted : kWeightKeys) {
      for (const auto& [key, value] : dict->items) {
        const auto* text = std::get_if<std::string>(&key->value);
        if (text && *text == wanted && std::holds_alternative<Dict>(value->value)) return value;
      }
    }
    return &object;
  }

  void Add(const std::string& name, const Object& object, int depth) {
    if (const auto* tensor = std::get_if<StridedTensor>(&object.value)) {
      const std::string where = file_ + ": tensor " + Quoted(name);
      if (!out_.tensors.emplace(name, ReadTensor(*tensor, data_, where)).second) {
        Corrupt(where, "exists twice");
      }
      return;
    }
    const auto* dict = std::get_if<Dict>(&object.value);
    if (dict == nullptr) return;
    if (depth == kMaxNesting) Corrupt(file_, "is nested too deep");
    for (const auto& [key, value] : dict->items) {
      const auto* text = std::get_if<std::string>(&key->value);
      if (text != nullptr) Add(name.empty() ? *text : name + "." + *text, *value, depth + 1);
    }
  }

  bool TakePrefixOff() {
    for (std::string_view prefix : kPrefixes) {
      const bool shared = std::ranges::all_of(out_.tensors, [&](const auto& entry) {
        return entry.first.size() > prefix.size() && entry.first.starts_with(prefix);
      });
      if (!shared) continue;
      std::map<std::string, Tensor> shorter;
      for (auto& [name, tensor] : out_.tensors) {
        shorter.emplace(name.substr(prefix.size()), std::move(tensor));
      }
      out_.tensors = std::move(shorter);
      return true;
    }
    return false;
  }

  const Data& data_;
  const std::string& file_;
  TensorFile out_;
};

TensorFile ParseZip(std::string_view bytes, const std::string& file) {
  const auto files = pytorch::ReadArchive(bytes, file);
  if (files.contains("constants.pkl")) {
    Unsupported(file,
                "is TorchScript, which is a program; save the weights instead: "
                "torch.save(model.state_dict(), ...), or export the network as ONNX");
  }
  const auto pickle = files.find("data.pkl");
  if (pickle == files.end()) Unsupported(file, "is a zip file, but none that torch.save wrote");
  const auto order = files.find("byteorder");
  if (order != files.end() && order->second != "little") {
    Unsupported(file, "was saved on a big-endian machine; save it again on another");
  }
  const Pickle root(pickle->second, file);
  const Data data = [&](const Storage& storage, const std::string& where) -> std::string_view {
    const auto found = files.find("data/" + storage.key);
    if (found == files.end()) Corrupt(where, "its data " + Quoted(storage.key) + " is not there");
    return found->second;
  };
  return Collector(data, file).Run(root.root());
}

// The number that files of the older kind begin with, as a pickle of its own.
constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

// Bytes of an element by storage, which only the tensors tell.
void FindItemSizes(const Object& object, int depth, const std::string& file,
                   std::map<std::string, std::int64_t>& sizes) {
  if (const auto* tensor = std::get_if<StridedTensor>(&object.value)) {
    sizes[tensor->storage.key] = Describe(TypeOf(tensor->storage, file)).bytes;
  } else if (const auto* dict = std::get_if<Dict>(&object.value); dict && depth < kMaxNesting) {
    for (const auto& [key, value] : dict->items) FindItemSizes(*value, depth + 1, file, sizes);
  }
}

// Where in `data` the elements of each storage of the list begin. It holds for each of them, in
// order, the number of elements in eight bytes and the elements.
std::map<std::string, std::size_t> FindStorages(
    const pytorch::List& list, std::string_view data,
    const std::map<std::string, std::int64_t>& item_sizes, const std::string& file) {
  std::map<std::string, std::size_t> places;
  std::size_t at = 0;
  for (const Object* item : list.items) {
    const auto* key = std::get_if<std::string>(&item->value);
    if (key == nullptr || data.size() - at < sizeof(std::int64_t)) {
      Corrupt(file, "its list of storages and its data disagree");
    }
    std::int64_t elements;
    std::memcpy(&elements, data.data() + at, sizeof(elements));
    at += sizeof(elements);
    const auto item_size = item_sizes.find(*key);
    if (item_size == item_sizes.end()) {
      Unsupported(file,
                  "holds tensors outside its dicts; save the weights alone: "
                  "torch.save(model.state_dict(), ...)");
    }
    places[*key] = at;
    const std::int64_t size = CheckedMul(elements, item_size->second, file);
    if (size < 0 || static_cast<std::uint64_t>(size) > data.size() - at) {
      Corrupt(file, "its data is cut short");
    }
    at += static_cast<std::size_t>(size);
  }
  return places;
}

TensorFile ParseLegacy(std::string_view bytes, const std::string& file) {
  const auto next = [&] {
    Pickle pickle(bytes, file);
    bytes.remove_prefix(pickle.size());
    return pickle;
  };
  const Pickle magic = next();
  const auto* number = std::get_if<pytorch::Bytes>(&magic.root().value);
  if (number == nullptr || number->bytes != kMagic) {
    Unsupported(file, "is a pickle, but none that torch.save wrote");
  }
  next();  // version of the format
  next();  // about the machine
  const Pickle root = next();
  const Pickle keys = next();
  const auto* list = std::get_if<pytorch::List>(&keys.root().value);
  if (list == nullptr) Corrupt(file, "has no list of its storages");
  std::map<std::string, std::int64_t> item_sizes;
  FindItemSizes(root.root(), 0, file, item_sizes);
  const auto places = FindStorages(*list, bytes, item_sizes, file);
  const Data data = [&](const Storage& storage, const std::string& where) -> std::string_view {
    const auto found = places.find(storage.key);
    if (found == places.end()) Corrupt(where, "its data " + Quoted(storage.key) + " is not there");
    const std::int64_t size =
        CheckedMul(storage.elements, Describe(TypeOf(storage, where)).bytes, where);
    if (static_cast<std::uint64_t>(size) > bytes.size() - found->second) {
      Corrupt(where, "its data is cut short");
    }
    return bytes.substr(found->second, static_cast<std::size_t>(size));
  };
  return Collector(data, file).Run(root.root());
}

}  // namespace

TensorFile ParseTorchFile(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with("PK")) return ParseZip(bytes, name);
  if (bytes.starts_with('\x80')) return ParseLegacy(bytes, name);
  throw Error(ErrorKind::kCorrupt,
              name + ": is neither of the kinds of file that torch.save writes");
}

TensorFile ReadTorchFile(const std::filesystem::path& path) {
  return ParseTorchFile(ReadFile(path), path.string());
}

}  // namespace winnow
