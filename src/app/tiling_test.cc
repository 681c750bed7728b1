#include "app/tiling.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/builder.h"

namespace winnow {
namespace {

Graph TwoConvolutions(int stride = 1) {
  GraphBuilder g;
  NodeId x = g.Input(3);
  x = g.Conv(x, "a", 8, {.kernel = 5, .stride = stride});
  x = g.Conv(x, "b", 3);
  return g.Finish({x});
}

BytesFor NodeByNode(const Graph& graph) {
  return [graph](std::int64_t height, std::int64_t width) {
    return PeakActivationBytes(graph, height, width);
  };
}

TEST(PeakActivationBytes, CountsWhatIsAliveTogether) {
  // Input 3 and a 8 together, then a 8 and b 3: eleven channels either way.
  EXPECT_EQ(PeakActivationBytes(TwoConvolutions(), 10, 20), 11 * 10 * 20 * 4);
}

TEST(PlanTiles, OneTileWhereItFits) {
  const Graph graph = TwoConvolutions();
  const auto tiles =
      PlanTiles(NodeByNode(graph), FindReceptiveField(graph), 30, 20, 11 * 30 * 20 * 4);
  ASSERT_EQ(tiles.size(), 1u);
  EXPECT_EQ(tiles[0].core.width, 30);
  EXPECT_EQ(tiles[0].input.height, 20);
}

void ExpectCovered(const std::vector<Tile>& tiles, int width, int height, int alignment, int halo) {
  std::vector<int> hits(static_cast<std::size_t>(width * height), 0);
  for (const Tile& tile : tiles) {
    const Rect& core = tile.core;
    const Rect& input = tile.input;
    EXPECT_EQ(input.x % alignment, 0);
    EXPECT_EQ(input.y % alignment, 0);
    EXPECT_LE(input.x, std::max(0, core.x - halo));
    EXPECT_LE(input.y, std::max(0, core.y - halo));
    EXPECT_GE(input.x + input.width, std::min(width, core.x + core.width + halo));
    EXPECT_GE(input.y + input.height, std::min(height, core.y + core.height + halo));
    EXPECT_LE(input.x + input.width, width);
    EXPECT_LE(input.y + input.height, height);
    for (int y = core.y; y < core.y + core.height; ++y) {
      for (int x = core.x; x < core.x + core.width; ++x)
        ++hits[static_cast<std::size_t>(y * width + x)];
    }
  }
  for (int hit : hits) ASSERT_EQ(hit, 1);
}

TEST(PlanTiles, CoversEveryPixelOnceWithinTheBudget) {
  for (int stride : {1, 2}) {
    const Graph graph = TwoConvolutions(stride);
    const ReceptiveField field = FindReceptiveField(graph);
    for (auto [width, height] : {std::pair{97, 61}, {200, 9}, {7, 150}, {1, 1}, {64, 64}}) {
      const std::int64_t budget = 24 * 24 * 11 * 4;
      const auto tiles = PlanTiles(NodeByNode(graph), field, width, height, budget);
      ExpectCovered(tiles, width, height, field.alignment, field.halo);
      for (const Tile& tile : tiles) {
        EXPECT_LE(PeakActivationBytes(graph, tile.input.height, tile.input.width), budget);
      }
    }
  }
}

TEST(PlanTiles, RowsGoDownAndAreNoHigherThanTheBudget) {
  const Graph graph = TwoConvolutions();
  const ReceptiveField field = FindReceptiveField(graph);
  const std::int64_t budget = 40 * 40 * 11 * 4;
  const auto tiles = PlanTiles(NodeByNode(graph), field, 300, 200, budget, budget / 12);
  ExpectCovered(tiles, 300, 200, field.alignment, field.halo);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    EXPECT_LE(tiles[i].input.height, 12);
    if (i > 0) {
      EXPECT_GE(tiles[i].core.y, tiles[i - 1].core.y);
    }
  }
  EXPECT_GT(tiles[0].input.width, 100) << "what is left of the budget is left unused";
}

TEST(PlanTiles, GoByWhatTheExecutorTakes) {
  const Graph graph = TwoConvolutions();
  const ReceptiveField field = FindReceptiveField(graph);
  // Rows padded to 64 pixels, and something besides: nothing that pixels alone would tell.
  const BytesFor bytes_for = [](std::int64_t height, std::int64_t width) {
    return 1000 + height * ((width + 63) / 64 * 64) * 8;
  };
  const std::int64_t budget = 1000 + 40 * 64 * 8;
  const auto tiles = PlanTiles(bytes_for, field, 300, 200, budget);
  ExpectCovered(tiles, 300, 200, field.alignment, field.halo);
  for (const Tile& tile : tiles) {
    EXPECT_LE(bytes_for(tile.input.height, tile.input.width), budget);
  }
}

TEST(PlanTiles, RefusesABudgetWithoutRoomForATile) {
  const Graph graph = TwoConvolutions();
  try {
    PlanTiles(NodeByNode(graph), FindReceptiveField(graph), 500, 500, 1000);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutOfBudget);
    EXPECT_NE(std::string(error.what()).find("1 MiB"), std::string::npos);
  }
}

}  // namespace
}  // namespace winnow
