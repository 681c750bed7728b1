#include "networks/multi_patch.h"

#include <vector>

#include "base/error.h"
#include "networks/blocks.h"

namespace winnow {
namespace {

constexpr int kReduction = 4;   // of the encoder
constexpr int kMostLevels = 6;  // each doubles the patches

// Layer numbers follow the published weights.
NodeId NumberedBlock(GraphBuilder& g, NodeId x, const std::string& coder, int layer) {
  const std::string name = Numbered(coder + ".layer", layer);
  return ResidualBlock(g, x, name + ".0", name + ".2");
}

NodeId Encoder(GraphBuilder& g, NodeId x, int level, int width) {
  const std::string name = Numbered("encoder_lv", level);
  x = g.Conv(x, name + ".layer1", width);
  x = NumberedBlock(g, x, name, 2);
  x = NumberedBlock(g, x, name, 3);
  x = g.Conv(x, name + ".layer5", 2 * width, {.stride = 2});
  x = NumberedBlock(g, x, name, 6);
  x = NumberedBlock(g, x, name, 7);
  x = g.Conv(x, name + ".layer9", 4 * width, {.stride = 2});
  x = NumberedBlock(g, x, name, 10);
  return NumberedBlock(g, x, name, 11);
}

NodeId Decoder(GraphBuilder& g, NodeId x, int level, const PatchUpsampler& upsample) {
  const std::string name = Numbered("decoder_lv", level);
  x = NumberedBlock(g, x, name, 13);
  x = NumberedBlock(g, x, name, 14);
  x = upsample(g, x, name + ".layer16");
  x = NumberedBlock(g, x, name, 17);
  x = NumberedBlock(g, x, name, 18);
  x = upsample(g, x, name + ".layer20");
  x = NumberedBlock(g, x, name, 21);
  x = NumberedBlock(g, x, name, 22);
  return g.Conv(x, name + ".layer24", 3);
}

// How a level's patches are cut from those of the level above it.
Axis CutAxis(int level) { return level % 2 == 0 ? Axis::kHeight : Axis::kWidth; }

std::vector<NodeId> Cut(GraphBuilder& g, const std::vector<NodeId>& patches, Axis axis) {
  std::vector<NodeId> halves;
  for (NodeId patch : patches) {
    for (int index : {0, 1}) halves.push_back(g.Apply(SplitSpatial{axis, 2, index}, {patch}));
  }
  return halves;
}

std::vector<NodeId> Join(GraphBuilder& g, const std::vector<NodeId>& halves, Axis axis) {
  std::vector<NodeId> patches;
  for (std::size_t i = 0; i < halves.size(); i += 2) {
    patches.push_back(g.Apply(Concat{axis}, {halves[i], halves[i + 1]}));
  }
  return patches;
}

void AddEach(GraphBuilder& g, std::vector<NodeId>& to, const std::vector<NodeId>& what) {
  for (std::size_t i = 0; i < what.size(); ++i) to[i] = g.Add(to[i], what[i]);
}

}  // namespace

Graph MultiPatchGraph(int levels, int width, const PatchUpsampler& upsample) {
  if (levels > kMostLevels) {
    throw Error(ErrorKind::kInvalidArgument, "setting 'levels' must be at most " +
                                                 std::to_string(kMostLevels) + ", not " +
                                                 std::to_string(levels));
  }
  GraphBuilder g;
  std::vector<std::vector<NodeId>> pictures = {{g.Input(3)}};  // patches by level
  for (int level = 2; level <= levels; ++level) {
    pictures.push_back(Cut(g, pictures.back(), CutAxis(level)));
  }
  std::vector<NodeId> finer_features;  // of the level below, already joined to this level's patches
  for (int level = levels;; --level) {
    std::vector<NodeId> features;
    for (NodeId patch : pictures[level - 1]) features.push_back(Encoder(g, patch, level, width));
    AddEach(g, features, finer_features);
    if (level == 1) return g.Finish({Decoder(g, features[0], level, upsample)});

    finer_features = Join(g, features, CutAxis(level));
    std::vector<NodeId> residuals;
    for (NodeId x : finer_features) residuals.push_back(Decoder(g, x, level, upsample));
    AddEach(g, pictures[level - 2], residuals);
  }
}

int MultiPatchSizeMultiple(int levels) {
  const int height_cuts = levels / 2;  // never fewer than those of the width
  return kReduction << height_cuts;
}

}  // namespace winnow
