// The patch hierarchy of DMPHN. Zhang et al., Deep Stacked Hierarchical Multi-patch Network for
// Image Deblurring, CVPR 2019.
#pragma once

#include <functional>
#include <string>

#include "graph/builder.h"

namespace winnow {

// Doubles the extent and halves the channels.
using PatchUpsampler = std::function<NodeId(GraphBuilder& g, NodeId x, const std::string& name)>;

// Level 1 sees the whole picture, each further level patches half as large: cut top/bottom, then
// left/right, and so on. Every level has its own encoder and decoder, shared by its patches. Error
// kInvalidArgument for more than 6 levels.
Graph MultiPatchGraph(int levels, int width, const PatchUpsampler& upsample);

// What height and width must be multiples of.
int MultiPatchSizeMultiple(int levels);

}  // namespace winnow
