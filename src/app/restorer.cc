#include "app/restorer.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "app/channels.h"
#include "app/tiling.h"
#include "base/error.h"
#include "graph/receptive_field.h"
#include "graph/shapes.h"
#include "image/bicubic.h"

namespace winnow {
namespace {

constexpr std::int64_t kTileBudget = std::int64_t{512} << 20;
// No network of interest has windows that need more than this.
constexpr int kLargestPadding = 64;

std::int64_t PhysicalMemory() {
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
}

std::string Mebibytes(std::int64_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; }

bool Runs(const Graph& graph, int height, int width) {
  try {
    InferDims(graph, height, width);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The extent at which the network sees the picture: a multiple of what it asks for, and not too
// small for its windows.
Rect PaddedExtent(const Model& model, const Image& image) {
  const int multiple = model.info.size_multiple;
  const auto round_up = [&](int value) { return (value + multiple - 1) / multiple * multiple; };
  const Rect smallest = {0, 0, round_up(image.width()), round_up(image.height())};
  for (int least = multiple; least <= kLargestPadding; least += multiple) {
    const Rect rect = {0, 0, std::max(smallest.width, least), std::max(smallest.height, least)};
    if (Runs(model.graph, rect.height, rect.width)) return rect;
  }
  return smallest;  // running it will say what is wrong
}

// Repeats the last column and row up to the extent width x height.
Tensor PadByReplication(Tensor t, int width, int height) {
  if (t.dim(2) == width && t.dim(1) == height) return t;
  Tensor padded({t.dim(0), height, width});
  for (std::int64_t c = 0; c < t.dim(0); ++c) {
    for (int y = 0; y < height; ++y) {
      const float* from = t.Row(c, std::min<std::int64_t>(y, t.dim(1) - 1));
      float* to = std::copy_n(from, t.dim(2), padded.Row(c, y));
      std::fill(to, padded.Row(c, y) + width, from[t.dim(2) - 1]);
    }
  }
  return padded;
}

std::vector<Tile> ChooseTiles(const Model& model, const Rect& extent,
                              const RestoreOptions& options) {
  const ReceptiveField field = FindReceptiveField(model.graph);
  if (field.finite) {
    const std::int64_t budget = options.memory_budget > 0 ? options.memory_budget : kTileBudget;
    return PlanTiles(model.graph, field, extent.width, extent.height, budget);
  }
  const std::int64_t needed = PeakActivationBytes(model.graph, extent.height, extent.width);
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

// One value for the whole picture, as in most files that have an alpha channel at all.
std::optional<int> ConstantAlpha(const Image& image) {
  const int alpha = image.channels() - 1;
  const int first = image.at(0, 0, alpha);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.at(y, x, alpha) != first) return std::nullopt;
    }
  }
  return first;
}

void FillAlpha(int value, Image& image) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) image.set(y, x, image.channels() - 1, value);
  }
}

Rect Intersect(const Rect& rect, const Image& image) {
  return {rect.x, rect.y, std::min(rect.width, image.width() - rect.x),
          std::min(rect.height, image.height() - rect.y)};
}

void RestoreTile(const Model& model, const Runner& run, const Image& image, const Tile& tile,
                 Plane plane, Image& result) {
  const int scale = model.info.scale;
  const Rect inside = Intersect(tile.core, image);
  if (inside.width <= 0 || inside.height <= 0) return;  // nothing but padding
  const Tensor input = PlaneToInput(model.info, image, Intersect(tile.input, image), plane);
  Tensor output = run(PadByReplication(input, tile.input.width, tile.input.height));
  if (output.dim(1) != tile.input.height * scale || output.dim(2) != tile.input.width * scale) {
    throw Error(ErrorKind::kCorrupt, model.info.name + ": the network's result is " +
                                         ToString(output.shape) + ", which is not " +
                                         std::to_string(scale) + " times its input");
  }
  const Rect target = {inside.x * scale, inside.y * scale, inside.width * scale,
                       inside.height * scale};
  OutputToPlane(model.info, std::move(output), (tile.core.y - tile.input.y) * scale,
                (tile.core.x - tile.input.x) * scale, target, plane, result);
}

Image RestoreAtModelScale(const Model& model, const Runner& run, const Image& image,
                          const RestoreOptions& options) {
  const int scale = model.info.scale;
  const std::vector<Tile> tiles = ChooseTiles(model, PaddedExtent(model, image), options);
  Image result = model.info.colour == "y" ? ResizeBicubic(image, scale, 1)
                                          : Image(image.width() * scale, image.height() * scale,
                                                  image.channels(), image.bits());
  std::vector<Plane> planes = {Plane::kColour};
  if (image.has_alpha()) {
    if (const std::optional<int> alpha = ConstantAlpha(image)) {
      FillAlpha(*alpha, result);
    } else {
      planes.push_back(Plane::kAlpha);
    }
  }
  const double total = static_cast<double>(tiles.size() * planes.size());
  double done = 0;
  for (const Tile& tile : tiles) {
    for (Plane plane : planes) {
      if (options.stop && *options.stop) throw Error(ErrorKind::kInterrupted, "interrupted");
      RestoreTile(model, run, image, tile, plane, result);
      if (options.on_progress) options.on_progress(++done / total);
    }
  }
  return result;
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

Image Restore(const Model& model, const Runner& run, const Image& image,
              const RestoreOptions& options) {
  const int scale = CheckScale(model.info, options.scale);
  Image result = RestoreAtModelScale(model, run, image, options);
  if (scale != model.info.scale) {
    if (options.on_message) {
      options.on_message(model.info.name + " enlarges " + std::to_string(model.info.scale) +
                         " times; the result is shrunk to " + std::to_string(scale) +
                         " times bicubically");
    }
    result = ResizeBicubic(result, scale, model.info.scale);
  }
  result.metadata = image.metadata;
  return result;
}

}  // namespace winnow
