#include "engine/memory.h"

#include <algorithm>

#include "base/rounding.h"
#include "engine/arena.h"
#include "engine/reference.h"

namespace winnow {
namespace {

constexpr std::int64_t kAlignedFloats = kAlignment / sizeof(float);
constexpr Element kElements[] = {Element::kFloat, Element::kHalf};

// Memory for one lane-strided result, or for several that are parts of each other.
struct Buffer {
  LaneShape shape;
  int first = 0;
  int last = 0;
  int whole = -1;  // another buffer that this one has become a part of
  int channel = 0;
};

// A place in a buffer that may itself have become part of another.
struct Place {
  int buffer = -1;
  int channel = 0;
};

// Finds room for results on lanes of one element.
class BufferPlanner {
 public:
  BufferPlanner(const Graph& graph, const std::vector<Dims>& dims,
                const std::vector<NodeLayout>& layout, const std::vector<Unit>& units,
                const std::vector<UnitGroup>& groups, const std::vector<Forms>& forms, int lanes,
                Element element)
      : graph_(graph),
        dims_(dims),
        layout_(layout),
        lanes_(element == Element::kHalf ? 2 * lanes : lanes),
        element_(element),
        places_(dims.size()) {
    for (int t = 0; t < static_cast<int>(groups.size()); ++t) {
      for (int u = groups[t].begin; u < groups[t].end; ++u) {
        const Unit& unit = units[u];
        if (forms[unit.result].On(element)) Allocate(unit, t);
        if (!IsDoneHere(unit)) continue;
        for (NodeId in : InputsOf(graph, unit)) Read(in, t);
        Reach(unit);
      }
    }
  }

  // The result of `id`, or a part of what it lies in, is read by group t.
  void Read(NodeId id, int t) {
    Buffer& buffer = BufferOf(id);
    buffer.last = std::max(buffer.last, t);
  }
  Place Find(NodeId id) const { return Resolve(places_[id]); }
  const std::vector<Buffer>& buffers() const { return buffers_; }

 private:
  // Whether the unit is done on lanes of this element.
  bool IsDoneHere(const Unit& unit) const {
    return layout_[unit.node].local && layout_[unit.node].element() == element_;
  }
  int SpanOf(NodeId id) const { return layout_[id].SpanOn(element_); }

  Place Resolve(Place p) const {
    while (buffers_[p.buffer].whole >= 0) {
      p.channel += buffers_[p.buffer].channel;
      p.buffer = buffers_[p.buffer].whole;
    }
    return p;
  }

  // Finds room for the unit's result, made by group t.
  void Allocate(const Unit& unit, int t) {
    const Node& node = graph_.node(unit.node);
    if (IsDoneHere(unit)) {
      if (const auto* slice = std::get_if<SliceChannels>(&node.op)) {
        places_[unit.result] = {places_[node.inputs[0]].buffer,
                                places_[node.inputs[0]].channel + slice->begin};
        return;
      }
      if (std::holds_alternative<StopGradient>(node.op)) {
        places_[unit.result] = places_[node.inputs[0]];
        return;
      }
    }
    const Dims& d = dims_[unit.result];
    Buffer buffer;
    buffer.shape = {static_cast<int>(d.channels),
                    static_cast<int>(d.height),
                    static_cast<int>(d.width),
                    SpanOf(unit.result),
                    lanes_,
                    0,
                    0,
                    element_};
    buffer.first = buffer.last = t;
    buffers_.push_back(buffer);
    places_[unit.result] = {static_cast<int>(buffers_.size()) - 1, 0};
    const auto* concat = std::get_if<Concat>(&node.op);
    if (IsDoneHere(unit) && concat != nullptr && concat->axis == Axis::kChannel)
      Absorb(node.inputs);
  }

  // Makes the inputs of a concatenation parts of the newest buffer, where they are all of theirs:
  // one input, or several that lie in one buffer one behind the other and fill it.
  void Absorb(const std::vector<NodeId>& inputs) {
    const int whole = static_cast<int>(buffers_.size()) - 1;
    int channel = 0;
    for (std::size_t i = 0; i < inputs.size();) {
      const Place start = Find(inputs[i]);
      int filled = 0;
      std::size_t next = i;
      for (; next < inputs.size(); ++next) {
        const Place p = Find(inputs[next]);
        if (p.buffer != start.buffer || p.channel != filled) break;
        filled += static_cast<int>(dims_[inputs[next]].channels);
      }
      Buffer& part = buffers_[start.buffer];
      if (start.buffer != whole && start.channel == 0 && filled == part.shape.channels) {
        part.whole = whole;
        part.channel = channel;
        Buffer& target = buffers_[whole];
        target.first = std::min(target.first, part.first);
        target.shape.halo = std::max(target.shape.halo, part.shape.halo);
        target.shape.border = std::max(target.shape.border, part.shape.border);
        channel += filled;
        i = next;
      } else {
        channel += static_cast<int>(dims_[inputs[i]].channels);
        ++i;
      }
    }
  }

  Buffer& BufferOf(NodeId id) { return buffers_[Find(id).buffer]; }

  // Gives the unit's input the halo and border that its kernel reads.
  void Reach(const Unit& unit) {
    const Node& node = graph_.node(unit.node);
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) {
      ReachConv(node.inputs[0], ReachOf(ConvShapeOf(graph_, *conv)), dims_[unit.node],
                SpanOf(unit.node), conv->stride);
    } else if (const auto* transposed = std::get_if<ConvTranspose2d>(&node.op)) {
      Dims grid = dims_[unit.node];
      grid.height /= transposed->stride;
      ReachConv(node.inputs[0], ReachOf(ConvShapeOf(graph_, *transposed)), grid,
                SpanOf(unit.node) / transposed->stride, 1);
    } else if (std::holds_alternative<Resize>(node.op)) {
      LaneShape& shape = BufferOf(node.inputs[0]).shape;
      shape.halo = std::max(shape.halo, 1);
    }
  }

  void ReachConv(NodeId in, const TapReach& reach, const Dims& grid, int span, int step) {
    LaneShape& shape = BufferOf(in).shape;
    const int right = (span - 1) * step + reach.right - (shape.span - 1);
    const int down = static_cast<int>(grid.height - 1) * step + reach.down - (shape.height - 1);
    shape.halo = std::max({shape.halo, reach.left, right});
    shape.border = std::max({shape.border, reach.up, down});
  }

  const Graph& graph_;
  const std::vector<Dims>& dims_;
  const std::vector<NodeLayout>& layout_;
  const int lanes_;
  const Element element_;
  std::vector<Buffer> buffers_;
  std::vector<Place> places_;
};

// In which forms the units and outputs need every result.
std::vector<Forms> ChooseForms(const Graph& graph, const std::vector<NodeLayout>& layout,
                               const std::vector<Unit>& units) {
  std::vector<Forms> forms(layout.size());
  for (const Unit& unit : units) {
    // The input arrives planar in the caller's memory and needs a copy only where it is read.
    if (unit.node == 0) continue;
    const NodeLayout& how = layout[unit.node];
    const auto form = [&](NodeId id) -> bool& {
      return how.local ? forms[id].On(how.element()) : forms[id].planar;
    };
    form(unit.result) = true;
    for (NodeId in : InputsOf(graph, unit)) form(in) = true;
  }
  for (NodeId id : graph.outputs()) {
    if (!forms[id].on_lanes()) forms[id].planar = true;
  }
  return forms;
}

struct Life {
  int first = 0;
  int last = 0;
};

// The groups from the one that makes each planar result to the last that reads it.
std::vector<Life> PlanarLives(const Graph& graph, const std::vector<NodeLayout>& layout,
                              const std::vector<Unit>& units,
                              const std::vector<UnitGroup>& groups) {
  std::vector<Life> lives(layout.size());
  for (int t = 0; t < static_cast<int>(groups.size()); ++t) {
    for (int u = groups[t].begin; u < groups[t].end; ++u) {
      lives[units[u].result] = {t, t};
      if (layout[units[u].node].local) continue;
      for (NodeId in : graph.node(units[u].node).inputs) lives[in].last = t;
    }
  }
  for (NodeId id : graph.outputs()) lives[id].last = static_cast<int>(groups.size());
  return lives;
}

// Everything about a Memory but the memory itself.
struct MemoryPlan {
  std::vector<Forms> forms;
  std::vector<BufferPlanner> planners;   // by element
  std::vector<std::size_t> first_block;  // of each planner's buffers in the arena
  std::vector<std::size_t> planar_block;
  ArenaPlan arena;
};

MemoryPlan PlanMemory(const Graph& graph, const std::vector<Dims>& dims,
                      const std::vector<NodeLayout>& layout, const std::vector<Unit>& units,
                      const std::vector<UnitGroup>& groups, int lanes) {
  MemoryPlan plan;
  plan.forms = ChooseForms(graph, layout, units);
  const int end = static_cast<int>(groups.size());
  std::vector<ArenaBlock> blocks;
  for (Element element : kElements) {
    BufferPlanner& planner =
        plan.planners.emplace_back(graph, dims, layout, units, groups, plan.forms, lanes, element);
    for (NodeId id : graph.outputs()) {
      if (plan.forms[id].On(element)) planner.Read(id, end);
    }
    plan.first_block.push_back(blocks.size());
    for (const Buffer& b : planner.buffers()) {
      blocks.push_back(
          {b.whole < 0 ? RoundUp(LaneSize(b.shape), kAlignedFloats) : 0, b.first, b.last});
    }
  }
  const std::vector<Life> lives = PlanarLives(graph, layout, units, groups);
  plan.planar_block.resize(dims.size());
  for (const Unit& unit : units) {
    const NodeId id = unit.result;
    if (!plan.forms[id].planar) continue;
    plan.planar_block[id] = blocks.size();
    blocks.push_back({RoundUp(dims[id].channels * dims[id].height * dims[id].width, kAlignedFloats),
                      lives[id].first, lives[id].last});
  }
  plan.arena = PlanArena(blocks);
  return plan;
}

}  // namespace

std::int64_t MemoryBytes(const Graph& graph, const std::vector<Dims>& dims,
                         const std::vector<NodeLayout>& layout, const std::vector<Unit>& units,
                         const std::vector<UnitGroup>& groups, int lanes) {
  return PlanMemory(graph, dims, layout, units, groups, lanes).arena.size *
         static_cast<std::int64_t>(sizeof(float));
}

Memory::Memory(const Graph& graph, const std::vector<Dims>& dims,
               const std::vector<NodeLayout>& layout, const std::vector<Unit>& units,
               const std::vector<UnitGroup>& groups, int lanes)
    : planar_(dims.size()) {
  MemoryPlan plan = PlanMemory(graph, dims, layout, units, groups, lanes);
  forms_ = std::move(plan.forms);
  arena_.resize(plan.arena.size);
  const std::vector<std::int64_t>& offsets = plan.arena.offsets;

  for (std::vector<LaneTensor>& tensors : lanes_) tensors.resize(dims.size());
  for (const Unit& unit : units) {
    const NodeId id = unit.result;
    const Dims& d = dims[id];
    if (forms_[id].planar) {
      planar_[id] = {arena_.data() + offsets[plan.planar_block[id]], d.channels, d.height, d.width};
    }
    for (std::size_t i = 0; i < plan.planners.size(); ++i) {
      const Element element = kElements[i];
      if (!forms_[id].On(element)) continue;
      const Place place = plan.planners[i].Find(id);
      const LaneShape& shape = plan.planners[i].buffers()[place.buffer].shape;
      const auto mask = masks_.try_emplace({shape.width, shape.span, element},
                                           LaneMask(shape.width, shape.span, shape.lanes, element));
      lanes_[i][id] =
          MakeLaneTensor(shape, arena_.data() + offsets[plan.first_block[i] + place.buffer],
                         mask.first->second.data())
              .Channels(place.channel, static_cast<int>(d.channels));
    }
  }
}

}  // namespace winnow
