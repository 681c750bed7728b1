// The generated code of a model's convolutions, kept from one plan to the next.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/select.h"
#include "graph/graph.h"
#include "kernels/conv/conv.h"

namespace winnow {

// Code has the strides of the tensors and the width of their rows in it, but not their height: it
// serves all tiles of a width. Of one model; may be used by several threads at once.
class ConvCode {
 public:
  // Whether `task`, of the convolution `node`, has code from before, of whatever kernel.
  bool Has(NodeId node, const ConvTask& task) const;

  // PrepareConv for the choice, with code from before where there is some. Errors: kOutOfBudget;
  // kUnsupported when the system forbids to run generated code.
  void Prepare(NodeId node, const ConvChoice& choice, const TapList& taps, ConvTask& task);

  // Pieces of code made so far, those dropped included.
  int made() const;

 private:
  struct Code;
  using Key = std::vector<std::int64_t>;
  struct Entry {
    std::shared_ptr<const Code> code;
    std::int64_t taps = 0;
    std::uint64_t last_use = 0;
  };

  static Key GeometryOf(NodeId node, const ConvTask& task);
  void Keep(Key key, std::shared_ptr<const Code> code, std::int64_t taps);

  mutable std::mutex mutex_;
  std::map<Key, Entry> entries_;  // by geometry, then kernel
  std::int64_t taps_ = 0;         // of all entries
  std::uint64_t uses_ = 0;
  int made_ = 0;
};

}  // namespace winnow
