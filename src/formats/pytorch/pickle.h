// A reader of the pickles in which PyTorch keeps weights. It builds plain values and never runs
// anything: what a pickle may name is a short list, and each name has one fixed meaning here.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace winnow::pytorch {

struct Object;

struct Tuple {
  std::vector<const Object*> items;
};
struct List {
  std::vector<const Object*> items;
};
struct Dict {
  std::vector<std::pair<const Object*, const Object*>> items;
};
// "torch.FloatStorage".
struct Global {
  std::string name;
};
// `elements` numbers of the type `type`, kept outside the pickle under `key`.
struct Storage {
  std::string type;
  std::string key;
  std::int64_t elements = 0;
};
struct StridedTensor {
  Storage storage;
  std::int64_t offset = 0;  // in elements, as the strides
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;
};
struct None {};
// Bytes, and integers beyond 64 bit in two's complement.
struct Bytes {
  std::string bytes;
};

struct Object {
  std::variant<None, bool, std::int64_t, double, std::string, Bytes, Tuple, List, Dict, Global,
               Storage, StridedTensor>
      value;
};

class Pickle {
 public:
  // Reads one pickle from the front of `bytes`. `where` begins every message. Errors: kCorrupt;
  // kUnsupported for names that are not on the list, and for operations weights have no use for.
  Pickle(std::string_view bytes, const std::string& where);

  const Object& root() const { return *root_; }
  // Bytes read.
  std::size_t size() const { return size_; }

 private:
  friend class PickleMachine;
  std::deque<Object> objects_;  // all; they point at each other
  const Object* root_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace winnow::pytorch
