// A picture in, the restored picture out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/executor.h"
#include "graph/model.h"
#include "image/image.h"
#include "image/rows.h"

namespace winnow {

struct RestoreOptions {
  int scale = 0;  // output extent / input extent, at most the model's; 0: the model's
  // Bytes that the runner takes at once, by its own account; the rows in work take at most as much
  // again. Where tiles are mostly halo then, a message says what that costs. 0: 512 MiB for tiles,
  // more where a network looks so far that such tiles would be mostly halo; for a network that
  // cannot be tiled, what the machine has.
  std::int64_t memory_budget = 0;
  // The mean of what the network makes of the picture in its eight orientations (app/ensemble.h):
  // a little better, and eight times as long.
  bool ensemble = false;
  // Restore the next row of tiles, on a thread of its own, while the rows before are being taken.
  bool ahead = false;
  std::function<void(const std::string&)> on_message;  // what the user should know; may be empty
  std::function<void(double)> on_progress;  // the fraction done, 0..1, on whatever thread; may be
                                            // empty
  const std::atomic<bool>* stop = nullptr;  // set: kInterrupted is thrown after the pass
};

// The scale that restoring with `requested` (0: the model's own) will have. Errors:
// kInvalidArgument when the model cannot serve it.
int CheckScale(const ModelInfo& info, int requested);

// The restored rows of `input`, computed as they are read, a row of tiles at a time; the references
// must outlive them. Colours and alpha both pass through the network, in tiles when its receptive
// field is finite (the result does not depend on the tiles), else as a whole. Bit depth, channels
// and metadata are those of the input. A scale below the model's is reached by restoring at the
// model's and shrinking bicubically. Errors: CheckScale's; kOutOfBudget; from reading the rows,
// also kInterrupted and those of `run` and of `input`.
std::unique_ptr<RowSource> RestoreRows(const Model& model, const Runner& run, RewindableRows& input,
                                       const RestoreOptions& options = {});

// Bytes that RestoreRows takes at once for an input of `shape`: those of the runner for its largest
// tile, by its own account, and the rows in work. Errors: RestoreRows's before the first row.
std::int64_t RestoreBytes(const Model& model, const Runner& run, const ImageShape& shape,
                          const RestoreOptions& options = {});

// The same for a picture in memory.
Image Restore(const Model& model, const Runner& run, const Image& image,
              const RestoreOptions& options = {});

}  // namespace winnow
