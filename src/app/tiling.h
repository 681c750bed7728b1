// Cutting a picture into tiles, so that any size is restored in bounded memory.
#pragma once

#include <cstdint>
#include <vector>

#include "app/executor.h"
#include "graph/graph.h"
#include "graph/receptive_field.h"
#include "image/image.h"

namespace winnow {

// The network reads `input`; of its result only what belongs to `core` is kept. Cores cover the
// picture without overlap, and every input contains its core and a halo around it, cut off at the
// picture's border.
struct Tile {
  Rect core;
  Rect input;
};

// Bytes of the activations alive at once, at most, when the graph runs at height x width node by
// node and frees every result after its last use. Errors: InferDims's.
std::int64_t PeakActivationBytes(const Graph& graph, std::int64_t height, std::int64_t width);

// What `run` takes: by its own account, or else PeakActivationBytes of `graph`, which must outlive
// the result.
BytesFor BytesOf(const Graph& graph, const Runner& run);

// Tiles that take at most `memory_budget` bytes each, by `bytes_for`; one tile where the whole
// picture fits. Rows of tiles follow each other from top to bottom; within a row, equal extents do,
// for which an executor keeps its plan. A row of tiles is no higher than what the budget holds of
// rows of the picture at `bytes_per_row`, which is what the caller keeps of them. Stitched results
// are bit-identical to those of the whole picture. `field` must be finite. Errors: kOutOfBudget
// when not even the smallest tile fits; those of `bytes_for`.
std::vector<Tile> PlanTiles(const BytesFor& bytes_for, const ReceptiveField& field, int width,
                            int height, std::int64_t memory_budget, std::int64_t bytes_per_row = 0);

}  // namespace winnow
