#include "app/restorer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "app/ensemble.h"
#include "app/input_size.h"
#include "app/restored_rows.h"
#include "app/tiling.h"
#include "base/error.h"
#include "base/rounding.h"
#include "graph/receptive_field.h"
#include "graph/shapes.h"
#include "image/bicubic.h"

namespace winnow {
namespace {

constexpr std::int64_t kTileBudget = std::int64_t{512} << 20;
// Tiles whose halos make them more pixels than so many pictures waste time to save memory.
constexpr double kMostOverlap = 3;
// No network of interest has windows that need more than this.
constexpr int kLargestPadding = 64;

bool Runs(const Graph& graph, int height, int width) {
  try {
    InferDims(graph, height, width);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The extent at which the network sees the picture: a multiple of what it asks for, and not too
// small for its windows, nor where it is `turned` by a quarter.
Rect PaddedExtent(const Model& model, const ImageShape& shape, bool turned) {
  const int multiple = model.info.size_multiple;
  const Rect smallest = {0, 0, RoundUp(shape.width, multiple), RoundUp(shape.height, multiple)};
  for (int least = multiple; least <= kLargestPadding; least += multiple) {
    const Rect rect = {0, 0, std::max(smallest.width, least), std::max(smallest.height, least)};
    if (Runs(model.graph, rect.height, rect.width) &&
        (!turned || Runs(model.graph, rect.width, rect.height))) {
      return rect;
    }
  }
  return smallest;  // running it will say what is wrong
}

// Pixels that all tiles compute together / those of the picture.
double Overlap(const std::vector<Tile>& tiles, const Rect& extent) {
  double pixels = 0;
  for (const Tile& tile : tiles) pixels += double{1} * tile.input.width * tile.input.height;
  return pixels / extent.width / extent.height;
}

// Networks that look far get larger tiles than others, as far as the machine has memory.
std::vector<Tile> TilesOfUsualSize(const BytesFor& bytes_for, const ReceptiveField& field,
                                   const Rect& extent, std::int64_t bytes_per_row) {
  for (std::int64_t budget = kTileBudget;; budget *= 2) {
    const bool last = 2 * budget > PhysicalMemory();
    try {
      std::vector<Tile> tiles =
          PlanTiles(bytes_for, field, extent.width, extent.height, budget, bytes_per_row);
      if (last || Overlap(tiles, extent) <= kMostOverlap) return tiles;
    } catch (const Error& error) {
      if (last || error.kind() != ErrorKind::kOutOfBudget) throw;
    }
  }
}

// Tiles by the budget that the user gives, with a message where most of the work goes into halos.
std::vector<Tile> TilesOfBudget(const Model& model, const BytesFor& bytes_for,
                                const ReceptiveField& field, const Rect& extent,
                                std::int64_t bytes_per_row, const RestoreOptions& options) {
  const auto plan = [&](std::int64_t budget) {
    return PlanTiles(bytes_for, field, extent.width, extent.height, budget, bytes_per_row);
  };
  std::vector<Tile> tiles = plan(options.memory_budget);
  const double overlap = Overlap(tiles, extent);
  if (overlap <= kMostOverlap || !options.on_message) return tiles;
  std::int64_t enough = options.memory_budget;
  while (Overlap(plan(enough), extent) > kMostOverlap) enough *= 2;
  options.on_message(model.info.name + ": tiles within " + Mebibytes(options.memory_budget) +
                     " are mostly halo, which makes it " + std::to_string(std::lround(overlap)) +
                     " times the work of the whole picture; " + Mebibytes(enough) +
                     " of memory would make it " + std::to_string(std::lround(kMostOverlap)) +
                     " times at most");
  return tiles;
}

// Of what restores a tile: `run`, or an ensemble of it.
BytesFor BytesOfTile(const Model& model, const Runner& run, const RestoreOptions& options) {
  return BytesOf(model.graph, options.ensemble ? Ensemble(model.graph, run) : run);
}

std::vector<Tile> ChooseTiles(const Model& model, const Runner& run, const ImageShape& shape,
                              const RestoreOptions& options) {
  const BytesFor bytes_for = BytesOfTile(model, run, options);
  const Rect extent = PaddedExtent(model, shape, options.ensemble);
  const ReceptiveField field = FindReceptiveField(model.graph);
  if (field.finite) {
    const std::int64_t result_bytes = static_cast<std::int64_t>(shape.row_bytes()) *
                                      model.info.scale * model.info.scale * (options.ahead ? 2 : 1);
    if (options.memory_budget == 0) return TilesOfUsualSize(bytes_for, field, extent, result_bytes);
    return TilesOfBudget(model, bytes_for, field, extent, result_bytes, options);
  }
  const std::int64_t needed = bytes_for(extent.height, extent.width);
  const std::int64_t budget = options.memory_budget > 0 ? options.memory_budget : PhysicalMemory();
  if (needed > budget) {
    throw Error(ErrorKind::kOutOfBudget, model.info.name + " looks at the whole picture (" +
                                             field.reason + ") and needs " + Mebibytes(needed) +
                                             " for it, more than the " + Mebibytes(budget) +
                                             " allowed; use a smaller picture or another model");
  }
  if (options.on_message) {
    options.on_message(model.info.name + " cannot work in tiles (" + field.reason +
                       "): every picture is restored as a whole");
  }
  return {{extent, extent}};
}

}  // namespace

int CheckScale(const ModelInfo& info, int requested) {
  if (requested == 0 || requested == info.scale) return info.scale;
  if (info.task == "deblurring") {
    throw Error(ErrorKind::kInvalidArgument,
                info.name + " removes blur and keeps the size; leave the scale out");
  }
  if (requested < 1 || requested > info.scale) {
    throw Error(ErrorKind::kInvalidArgument,
                info.name + " enlarges " + std::to_string(info.scale) + " times; a scale of " +
                    std::to_string(requested) + " is out of its reach (1.." +
                    std::to_string(info.scale) + "): choose another model or scale");
  }
  return requested;
}

std::unique_ptr<RowSource> RestoreRows(const Model& model, const Runner& run, RewindableRows& input,
                                       const RestoreOptions& options) {
  const int scale = CheckScale(model.info, options.scale);
  auto restored = std::make_unique<RestoredRows>(
      model, run, input, ChooseTiles(model, run, input.shape(), options), options);
  if (scale == model.info.scale) return restored;
  if (options.on_message) {
    options.on_message(model.info.name + " enlarges " + std::to_string(model.info.scale) +
                       " times; the result is shrunk to " + std::to_string(scale) +
                       " times bicubically");
  }
  return std::make_unique<BicubicRows>(std::move(restored), Ratio{scale, model.info.scale});
}

std::int64_t RestoreBytes(const Model& model, const Runner& run, const ImageShape& shape,
                          const RestoreOptions& options) {
  CheckScale(model.info, options.scale);
  const BytesFor bytes_for = BytesOfTile(model, run, options);
  const auto input_row = static_cast<std::int64_t>(shape.row_bytes());
  // Of one row of input.
  const std::int64_t result_rows =
      input_row * model.info.scale * model.info.scale * (options.ahead ? 2 : 1);
  std::map<std::pair<int, int>, std::int64_t> known;
  std::int64_t most = 0;
  for (const Tile& tile : ChooseTiles(model, run, shape, options)) {
    const auto [entry, fresh] = known.try_emplace({tile.input.height, tile.input.width});
    if (fresh) entry->second = bytes_for(tile.input.height, tile.input.width);
    const std::int64_t rows = tile.input.height * input_row + tile.core.height * result_rows;
    most = std::max(most, entry->second + rows);
  }
  return most;
}

Image Restore(const Model& model, const Runner& run, const Image& image,
              const RestoreOptions& options) {
  ImageRows input(image);
  return ReadAll(*RestoreRows(model, run, input, options));
}

}  // namespace winnow
