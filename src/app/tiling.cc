#include "app/tiling.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

std::int64_t RoundUp(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

std::int64_t Bytes(const Dims& d) {
  return d.channels * d.height * d.width * static_cast<std::int64_t>(sizeof(float));
}

// One axis of the grid: the extent of a core, or 0 when a tile of `tile` pixels has no room for
// one.
std::int64_t CoreExtent(std::int64_t extent, std::int64_t tile, std::int64_t margin,
                        std::int64_t alignment) {
  if (tile >= extent) return extent;
  const std::int64_t largest = (tile - 2 * margin) / alignment * alignment;
  if (largest <= 0) return 0;
  const std::int64_t count = (extent + largest - 1) / largest;
  return RoundUp((extent + count - 1) / count, alignment);  // tiles of nearly equal extent
}

struct Span {
  int begin;
  int extent;
};

Span Widen(int begin, int extent, int margin, int limit) {
  const int from = std::max(0, begin - margin);
  return {from, std::min(limit, begin + extent + margin) - from};
}

}  // namespace

std::int64_t PeakActivationBytes(const Graph& graph, std::int64_t height, std::int64_t width) {
  const std::vector<Dims> dims = InferDims(graph, height, width);
  const int count = static_cast<int>(dims.size());
  std::vector<NodeId> last_use(count);
  for (NodeId id = 0; id < count; ++id) {
    last_use[id] = id;
    for (NodeId input : graph.node(id).inputs) last_use[input] = id;
  }
  for (NodeId id : graph.outputs()) last_use[id] = count;
  std::vector<std::vector<NodeId>> freed_after(count + 1);
  for (NodeId id = 0; id < count; ++id) freed_after[last_use[id]].push_back(id);

  std::int64_t alive = 0;
  std::int64_t peak = 0;
  for (NodeId id = 0; id < count; ++id) {
    alive += Bytes(dims[id]);
    peak = std::max(peak, alive);
    for (NodeId freed : freed_after[id]) alive -= Bytes(dims[freed]);
  }
  return peak;
}

std::vector<Tile> PlanTiles(const Graph& graph, const ReceptiveField& field, int width, int height,
                            std::int64_t memory_budget, std::int64_t bytes_per_row) {
  const double bytes_per_pixel =
      static_cast<double>(PeakActivationBytes(graph, height, width)) / width / height;
  const std::int64_t margin = RoundUp(field.halo, field.alignment);
  // Nearly square tiles have the least halo; a picture narrower than that leaves room for longer
  // ones, and a very wide one must do with lower ones.
  const auto area = static_cast<std::int64_t>(static_cast<double>(memory_budget) / bytes_per_pixel);
  const auto side = static_cast<std::int64_t>(std::sqrt(area));
  const std::int64_t lowest = 2 * margin + field.alignment;
  const std::int64_t highest =
      std::max(lowest, memory_budget / std::max<std::int64_t>(1, bytes_per_row));
  const std::int64_t tile_height =
      std::min({std::int64_t{height}, highest, std::max(side, area / width)});
  const std::int64_t tile_width =
      std::min<std::int64_t>(width, area / std::max<std::int64_t>(1, tile_height));
  const std::int64_t core_width = CoreExtent(width, tile_width, margin, field.alignment);
  const std::int64_t core_height = CoreExtent(height, tile_height, margin, field.alignment);
  if (core_width == 0 || core_height == 0) {
    const double smallest = static_cast<double>(lowest * lowest) * bytes_per_pixel;
    throw Error(ErrorKind::kOutOfBudget,
                "the memory budget is too small for a tile of this model; give it at least " +
                    std::to_string(static_cast<std::int64_t>(std::ceil(smallest / (1 << 20)))) +
                    " MiB");
  }

  std::vector<Tile> tiles;
  for (int y = 0; y < height; y += static_cast<int>(core_height)) {
    for (int x = 0; x < width; x += static_cast<int>(core_width)) {
      const Rect core = {x, y, std::min<int>(static_cast<int>(core_width), width - x),
                         std::min<int>(static_cast<int>(core_height), height - y)};
      const Span across = Widen(x, core.width, static_cast<int>(margin), width);
      const Span down = Widen(y, core.height, static_cast<int>(margin), height);
      tiles.push_back({core, {across.begin, down.begin, across.extent, down.extent}});
    }
  }
  std::ranges::stable_sort(
      tiles, {}, [](const Tile& tile) { return std::pair(tile.core.y, tile.input.width); });
  return tiles;
}

}  // namespace winnow
