// CARN for one scale, no weights shared. Ahn et al., Fast, Accurate, and Lightweight
// Super-Resolution with Cascading Residual Network, ECCV 2018.
#include "networks/blocks.h"
#include "networks/cascade.h"
#include "networks/networks.h"

namespace winnow {
namespace {

NodeId CarnBlock(GraphBuilder& g, NodeId x, const std::string& block) {
  return Cascade(g, x, block + ".", [&](GraphBuilder& g, NodeId x, int i) {
    const std::string unit = Numbered(block + ".b", i) + ".body.";
    return g.Functional(Relu{}, ResidualBlock(g, x, unit + "0", unit + "2"));
  });
}

}  // namespace

Model BuildCarn(int scale, const Settings& settings) {
  RequireScale(scale, {2, 3, 4});
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "entry", settings.at("width"));
  x = Cascade(g, x, "",
              [](GraphBuilder& g, NodeId x, int i) { return CarnBlock(g, x, Numbered("b", i)); });
  x = CascadeUpsampler(g, x, "upsample.up", scale, 1);

  Model model;
  model.info = SuperResolutionInfo(scale, 255.0f);
  for (int c = 0; c < 3; ++c) model.info.mean[c] = 255.0f * kDiv2kMean[c];
  model.graph = g.Finish({g.Conv(x, "exit", 3)});
  return model;
}

}  // namespace winnow
