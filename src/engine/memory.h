// Where every result of a plan lies.
#pragma once

#include <map>
#include <vector>

#include "base/aligned.h"
#include "engine/groups.h"
#include "engine/layout.h"
#include "engine/units.h"
#include "kernels/isa.h"
#include "kernels/lanes.h"
#include "kernels/reference/planar.h"

namespace winnow {

// The forms in which a result is kept; by node. A result made in one form and wanted in the other
// is converted right after the unit that makes it.
struct Forms {
  bool lanes = false;
  bool planar = false;
};

// One allocation for all results. Results whose lives do not overlap share memory, where all of a
// group is at work at the same time; a channel slice
// is a part of its input's memory, and the inputs of a channel concatenation are written straight
// into their parts of it where they can be.
class Memory {
 public:
  Memory(const Graph& graph, const std::vector<Dims>& dims, const std::vector<NodeLayout>& layout,
         const std::vector<Unit>& units, const std::vector<UnitGroup>& groups, int lanes);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  const Forms& forms(NodeId id) const { return forms_[id]; }
  const LaneTensor& Lanes(NodeId id) const { return lanes_[id]; }
  Planar<float> PlanarOf(NodeId id) const { return planar_[id]; }
  // LaneTensor::mask for rows of `width` pixels.
  const std::uint32_t* Mask(int width, int span) const { return masks_.at({width, span}).data(); }
  // Whether Lanes(part) is where Lanes(whole) has it, `channel` channels from its start.
  bool IsPart(NodeId part, NodeId whole, int channel) const {
    return lanes_[part].origin == lanes_[whole].At(0, channel, 0);
  }
  std::int64_t bytes() const { return static_cast<std::int64_t>(arena_.size() * sizeof(float)); }

 private:
  std::vector<Forms> forms_;
  std::vector<LaneTensor> lanes_;
  std::vector<Planar<float>> planar_;
  std::map<std::pair<int, int>, AlignedVector<std::uint32_t>> masks_;
  AlignedVector<float> arena_;
};

}  // namespace winnow
