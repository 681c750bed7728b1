// The rows of a restored picture, made a row of tiles at a time.
#pragma once

#include <optional>
#include <vector>

#include "app/channels.h"
#include "app/executor.h"
#include "app/restorer.h"
#include "app/tiling.h"
#include "graph/model.h"
#include "image/bicubic.h"
#include "image/rows.h"

namespace winnow {

// At the model's own scale. Holds as much of the input and of the result as one row of tiles takes.
class RestoredRows final : public RowSource {
 public:
  // `tiles` are those of PlanTiles for the input, or for a larger extent that it is padded to. The
  // references must outlive this object.
  RestoredRows(const Model& model, const Runner& run, RewindableRows& input,
               std::vector<Tile> tiles, const RestoreOptions& options);
  // Errors: kInterrupted, kCorrupt, those of the runner and of the input.
  void Read(int count, std::uint8_t* rows) override;

 private:
  void ChoosePlanes();
  void MakeNextBand();
  // What the network does not make of the current band; `part` is the window on the input.
  Image BlankBand(const Image& part) const;
  void RestoreTile(const Image& part, const Tile& tile, Plane plane);
  // What of `rect` is not padding.
  Rect InInput(const Rect& rect) const;

  const Model& model_;
  const Runner& run_;
  RewindableRows& input_;
  const std::vector<Tile> tiles_;
  const RestoreOptions options_;
  RowWindow window_;
  std::vector<Plane> planes_;  // that go through the network; none before the first row is read
  std::optional<int> alpha_;   // of every pixel, where it does not
  std::vector<Tile>::const_iterator next_tile_;
  int passes_done_ = 0;  // tiles times planes

  RowRange band_;  // the rows of the result that band_image_ holds
  Image band_image_;
  int next_row_ = 0;  // to be read
};

}  // namespace winnow
