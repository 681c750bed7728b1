// Where every result of a plan lies.
#pragma once

#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "base/aligned.h"
#include "engine/groups.h"
#include "engine/layout.h"
#include "engine/units.h"
#include "kernels/isa.h"
#include "kernels/lanes.h"
#include "kernels/reference/planar.h"

namespace winnow {

// The forms in which a result is kept; by node. A result made in one form and wanted in another is
// converted right after the unit that makes it.
struct Forms {
  bool floats = false;  // on lanes
  bool halves = false;  // on lanes
  bool planar = false;

  bool On(Element e) const { return e == Element::kHalf ? halves : floats; }
  bool& On(Element e) { return e == Element::kHalf ? halves : floats; }
  bool on_lanes() const { return floats || halves; }
};

// One allocation for all results. Results whose lives do not overlap share memory, where all of a
// group is at work at the same time; a channel slice
// is a part of its input's memory, and the inputs of a channel concatenation are written straight
// into their parts of it where they can be.
class Memory {
 public:
  // `lanes` are those of floats.
  Memory(const Graph& graph, const std::vector<Dims>& dims, const std::vector<NodeLayout>& layout,
         const std::vector<Unit>& units, const std::vector<UnitGroup>& groups, int lanes);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  const Forms& forms(NodeId id) const { return forms_[id]; }
  const LaneTensor& Lanes(NodeId id, Element e) const {
    return lanes_[e == Element::kHalf ? 1 : 0][id];
  }
  Planar<float> PlanarOf(NodeId id) const { return planar_[id]; }
  // Whether Lanes(part) is where Lanes(whole) has it, `channel` channels from its start.
  bool IsPart(NodeId part, NodeId whole, int channel, Element e) const {
    return Lanes(part, e).origin == Lanes(whole, e).At(0, channel, 0);
  }
  std::int64_t bytes() const { return static_cast<std::int64_t>(arena_.size() * sizeof(float)); }

 private:
  std::vector<Forms> forms_;
  std::array<std::vector<LaneTensor>, 2> lanes_;  // of floats, of halves
  std::vector<Planar<float>> planar_;
  // By width, span and element.
  std::map<std::tuple<int, int, Element>, AlignedVector<std::uint32_t>> masks_;
  AlignedVector<float> arena_;
};

// Memory::bytes of a Memory of these, without making it.
std::int64_t MemoryBytes(const Graph& graph, const std::vector<Dims>& dims,
                         const std::vector<NodeLayout>& layout, const std::vector<Unit>& units,
                         const std::vector<UnitGroup>& groups, int lanes);

}  // namespace winnow
