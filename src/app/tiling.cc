#include "app/tiling.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "app/input_size.h"
#include "base/error.h"
#include "base/rounding.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

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

// Tiles of a picture at one budget.
class Grid {
 public:
  Grid(const ReceptiveField& field, int width, int height, std::int64_t highest)
      : width_(width),
        height_(height),
        alignment_(field.alignment),
        margin_(RoundUp(field.halo, field.alignment)),
        highest_(std::max(highest, Lowest())) {}

  // The least height and width of a tile inside a picture.
  std::int64_t Lowest() const { return 2 * margin_ + alignment_; }

  // Tiles of about `area` pixels, at least Lowest() squared. Nearly square ones have the least
  // halo; a picture narrower than that leaves room for longer ones, and a very wide one must do
  // with lower ones.
  void Cut(std::int64_t area) {
    const auto side = static_cast<std::int64_t>(std::sqrt(area));
    const std::int64_t tile_height =
        std::min({std::int64_t{height_}, highest_, std::max(side, area / width_)});
    const std::int64_t tile_width = std::min<std::int64_t>(width_, area / tile_height);
    core_width_ = static_cast<int>(CoreExtent(width_, tile_width, margin_, alignment_));
    core_height_ = static_cast<int>(CoreExtent(height_, tile_height, margin_, alignment_));
  }

  // Of the largest tile.
  std::int64_t tile_height() const {
    return std::min<std::int64_t>(height_, core_height_ + 2 * margin_);
  }
  std::int64_t tile_width() const {
    return std::min<std::int64_t>(width_, core_width_ + 2 * margin_);
  }

  std::vector<Tile> Tiles() const {
    std::vector<Tile> tiles;
    for (int y = 0; y < height_; y += core_height_) {
      for (int x = 0; x < width_; x += core_width_) {
        const Rect core = {x, y, std::min(core_width_, width_ - x),
                           std::min(core_height_, height_ - y)};
        const Span across = Widen(x, core.width, static_cast<int>(margin_), width_);
        const Span down = Widen(y, core.height, static_cast<int>(margin_), height_);
        tiles.push_back({core, {across.begin, down.begin, across.extent, down.extent}});
      }
    }
    std::ranges::stable_sort(
        tiles, {}, [](const Tile& tile) { return std::pair(tile.core.y, tile.input.width); });
    return tiles;
  }

 private:
  int width_;
  int height_;
  std::int64_t alignment_;
  std::int64_t margin_;
  std::int64_t highest_;
  int core_width_ = 0;
  int core_height_ = 0;
};

// Of what is wanted next after a tile that takes too much: a little less than in proportion.
constexpr double kCaution = 0.97;

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
    alive += FloatBytes(dims[id]);
    peak = std::max(peak, alive);
    for (NodeId freed : freed_after[id]) alive -= FloatBytes(dims[freed]);
  }
  return peak;
}

BytesFor BytesOf(const Graph& graph, const Runner& run) {
  if (run.bytes()) return run.bytes();
  return [&graph](std::int64_t height, std::int64_t width) {
    return PeakActivationBytes(graph, height, width);
  };
}

std::vector<Tile> PlanTiles(const BytesFor& bytes_for, const ReceptiveField& field, int width,
                            int height, std::int64_t memory_budget, std::int64_t bytes_per_row) {
  Grid grid(field, width, height, memory_budget / std::max<std::int64_t>(1, bytes_per_row));
  const std::int64_t smallest = grid.Lowest() * grid.Lowest();
  for (std::int64_t area = std::int64_t{width} * height;;) {
    grid.Cut(std::max(area, smallest));
    const std::int64_t bytes = bytes_for(grid.tile_height(), grid.tile_width());
    if (bytes <= memory_budget) return grid.Tiles();
    if (area <= smallest) {
      throw Error(ErrorKind::kOutOfBudget,
                  "the memory budget is too small for a tile of this model; give it at least " +
                      Mebibytes(bytes));
    }
    const double pixels = double{1} * grid.tile_height() * grid.tile_width();
    area = static_cast<std::int64_t>(kCaution * pixels * memory_budget / bytes);
  }
}

}  // namespace winnow
