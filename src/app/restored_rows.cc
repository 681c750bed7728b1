#include "app/restored_rows.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/ensemble.h"
#include "base/error.h"
#include "image/bicubic.h"

namespace winnow {
namespace {

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

// One value for the whole picture, as in most files that have an alpha channel at all. Takes a pass
// over the picture, as far as to the first other value.
std::optional<SampleBytes> ConstantAlpha(RewindableRows& rows) {
  const ImageShape& shape = rows.shape();
  const std::size_t sample = shape.bits / 8;
  const std::size_t pixel = sample * shape.channels;
  std::vector<std::uint8_t> row(shape.row_bytes());
  SampleBytes first = {};
  bool constant = true;
  for (int y = 0; y < shape.height && constant; ++y) {
    rows.Read(1, row.data());
    const std::uint8_t* alpha = row.data() + pixel - sample;
    if (y == 0) std::copy_n(alpha, sample, first.begin());
    for (int x = 0; x < shape.width && constant; ++x) {
      constant = std::equal(alpha + x * pixel, alpha + x * pixel + sample, first.begin());
    }
  }
  rows.Rewind();
  return constant ? std::optional(first) : std::nullopt;
}

void FillAlpha(const SampleBytes& value, Image& image) {
  const std::size_t sample = image.bits() / 8;
  const std::size_t pixel = sample * image.channels();
  for (std::size_t at = pixel - sample; at < image.size_bytes(); at += pixel) {
    std::copy_n(value.begin(), sample, image.data() + at);
  }
}

// Those that are not all padding.
std::vector<Tile> Inside(const ImageShape& shape, std::vector<Tile> tiles) {
  std::erase_if(tiles, [&](const Tile& tile) {
    return tile.core.x >= shape.width || tile.core.y >= shape.height;
  });
  return tiles;
}

Rect Moved(Rect rect, int rows) {
  rect.y += rows;
  return rect;
}

Rect Scaled(const Rect& rect, int scale) {
  return {rect.x * scale, rect.y * scale, rect.width * scale, rect.height * scale};
}

}  // namespace

RestoredRows::RestoredRows(const Model& model, const Runner& run, RewindableRows& input,
                           std::vector<Tile> tiles, const RestoreOptions& options)
    : model_(model),
      run_(options.ensemble ? Ensemble(model.graph, Pass(run)) : Pass(run)),
      input_(input),
      tiles_(Inside(input.shape(), std::move(tiles))),
      options_(options),
      window_(input),
      next_tile_(tiles_.begin()) {
  shape_ = input.shape();
  shape_.width *= model.info.scale;
  shape_.height *= model.info.scale;
  metadata_ = input.metadata();
}

void RestoredRows::Read(int count, std::uint8_t* rows) {
  const std::size_t row = shape_.row_bytes();
  for (const int end = next_row_ + count; next_row_ < end;) {
    if (next_row_ == band_.rows.end) TakeNextBand();
    const int taken = std::min(end, band_.rows.end) - next_row_;
    rows =
        std::copy_n(band_.image.data() + (next_row_ - band_.rows.begin) * row, taken * row, rows);
    next_row_ += taken;
  }
}

void RestoredRows::TakeNextBand() {
  band_ = coming_.valid() ? coming_.get() : MakeBand();
  if (options_.ahead && next_tile_ != tiles_.end()) {
    coming_ = std::async(std::launch::async, [this] { return MakeBand(); });
  }
}

RestoredRows::Band RestoredRows::MakeBand() {
  if (planes_.empty()) ChoosePlanes();
  const int scale = model_.info.scale;
  const Rect core = InInput(next_tile_->core);
  const Rect seen = InInput(next_tile_->input);
  Band band = {{core.y * scale, (core.y + core.height) * scale}, {}};
  RowRange needed = {seen.y, seen.y + seen.height};
  if (model_.info.colour == "y") {
    const RowRange resampled = BicubicSource(input_.shape().height, band.rows, {scale, 1});
    needed = {std::min(needed.begin, resampled.begin), std::max(needed.end, resampled.end)};
  }
  const Image& part = window_.Slide(needed.begin, needed.end);
  band.image = BlankBand(part, band.rows);
  for (const int row = next_tile_->core.y; next_tile_ != tiles_.end() && next_tile_->core.y == row;
       ++next_tile_) {
    for (Plane plane : planes_) RestoreTile(part, *next_tile_, plane, band);
  }
  return band;
}

void RestoredRows::ChoosePlanes() {
  planes_ = {Plane::kColour};
  if (!shape_.has_alpha()) return;
  alpha_ = ConstantAlpha(input_);
  if (!alpha_) planes_.push_back(Plane::kAlpha);
}

Image RestoredRows::BlankBand(const Image& part, const RowRange& rows) const {
  Image band = model_.info.colour == "y"
                   ? ResizeBicubicRows(part, window_.top(), input_.shape().height, rows,
                                       {model_.info.scale, 1})
                   : Image(shape_.width, rows.end - rows.begin, shape_.channels, shape_.bits);
  if (alpha_) FillAlpha(*alpha_, band);
  return band;
}

void RestoredRows::RestoreTile(const Image& part, const Tile& tile, Plane plane, Band& band) {
  const int scale = model_.info.scale;
  const Rect seen = Moved(InInput(tile.input), -window_.top());
  const Tensor input = PlaneToInput(model_.info, part, seen, plane);
  Tensor output = run_(PadByReplication(input, tile.input.width, tile.input.height));
  if (output.dim(1) != tile.input.height * scale || output.dim(2) != tile.input.width * scale) {
    throw Error(ErrorKind::kCorrupt, model_.info.name + ": the network's result is " +
                                         ToString(output.shape) + ", which is not " +
                                         std::to_string(scale) + " times its input");
  }
  const Rect target = Moved(Scaled(InInput(tile.core), scale), -band.rows.begin);
  OutputToPlane(model_.info, std::move(output), (tile.core.y - tile.input.y) * scale,
                (tile.core.x - tile.input.x) * scale, target, plane, band.image);
}

Runner RestoredRows::Pass(const Runner& run) {
  return {[this, &run](const Tensor& input) {
            if (options_.stop && *options_.stop) {
              throw Error(ErrorKind::kInterrupted, "interrupted");
            }
            Tensor output = run(input);
            ++passes_done_;
            if (options_.on_progress) {
              const std::size_t all =
                  tiles_.size() * planes_.size() * (options_.ensemble ? kOrientations : 1);
              options_.on_progress(static_cast<double>(passes_done_) / static_cast<double>(all));
            }
            return output;
          },
          run.bytes()};
}

Rect RestoredRows::InInput(const Rect& rect) const {
  const ImageShape& shape = input_.shape();
  return {rect.x, rect.y, std::min(rect.width, shape.width - rect.x),
          std::min(rect.height, shape.height - rect.y)};
}

}  // namespace winnow
