// The rows of a restored picture, made a row of tiles at a time.
#pragma once

#include <array>
#include <cstdint>
#include <future>
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

// A sample as it lies in memory; as many bytes count as the picture has.
using SampleBytes = std::array<std::uint8_t, 4>;

// At the model's own scale. Holds as much of the input as one row of tiles takes, and of the
// result, or, made ahead, of the result twice as much.
class RestoredRows final : public RowSource {
 public:
  // `tiles` are those of PlanTiles for the input, or for a larger extent that it is padded to. The
  // references must outlive this object.
  RestoredRows(const Model& model, const Runner& run, RewindableRows& input,
               std::vector<Tile> tiles, const RestoreOptions& options);
  // Errors: kInterrupted, kCorrupt, those of the runner and of the input.
  void Read(int count, std::uint8_t* rows) override;

 private:
  // Rows of the result.
  struct Band {
    RowRange rows;
    Image image;
  };

  void TakeNextBand();
  Band MakeBand();
  void ChoosePlanes();
  // `run`, once: a pass, before which it may stop and after which it tells how far it is.
  Runner Pass(const Runner& run);
  // What the network does not make of `rows`; `part` is the window on the input.
  Image BlankBand(const Image& part, const RowRange& rows) const;
  void RestoreTile(const Image& part, const Tile& tile, Plane plane, Band& band);
  // What of `rect` is not padding.
  Rect InInput(const Rect& rect) const;

  const Model& model_;
  const Runner run_;
  RewindableRows& input_;
  const std::vector<Tile> tiles_;
  const RestoreOptions options_;
  RowWindow window_;
  std::vector<Plane> planes_;  // that go through the network; none before the first row is read
  std::optional<SampleBytes> alpha_;  // of every pixel, where it does not
  std::vector<Tile>::const_iterator next_tile_;
  int passes_done_ = 0;  // of tiles times planes times orientations

  Band band_;
  int next_row_ = 0;          // to be read
  std::future<Band> coming_;  // being made; last, so that it ends before what it uses
};

}  // namespace winnow
