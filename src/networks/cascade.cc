#include "networks/cascade.h"

#include "networks/blocks.h"

namespace winnow {

NodeId Cascade(GraphBuilder& g, NodeId x, const std::string& prefix, const CascadeUnit& unit) {
  std::vector<NodeId> features = {x};
  for (int i = 1; i <= 3; ++i) {
    features.push_back(unit(g, x, i));
    x = ConvRelu(g, g.Concat(features), Numbered(prefix + "c", i) + ".body.0", g.channels(x),
                 {.kernel = 1});
  }
  return x;
}

NodeId CascadeUpsampler(GraphBuilder& g, NodeId x, const std::string& name, int scale, int groups) {
  const int width = g.channels(x);
  int layer = 0;
  for (int factor : ShuffleFactors(scale)) {
    const NodeId wide = ConvRelu(g, x, Numbered(name + ".body.", layer), factor * factor * width,
                                 {.groups = groups});
    x = g.Apply(PixelShuffle{factor}, {wide});
    layer += 3;
  }
  return x;
}

}  // namespace winnow
