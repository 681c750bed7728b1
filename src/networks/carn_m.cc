// CARN-M as published: grouped convolutions, and the one residual unit of each block used three
// times. The published file holds the upsamplers of all scales; a graph uses its own only.
#include "networks/blocks.h"
#include "networks/cascade.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kWidth = 64;
constexpr int kGroups = 4;

NodeId EfficientUnit(GraphBuilder& g, NodeId x, const std::string& name) {
  NodeId y = ConvRelu(g, x, name + ".body.0", kWidth, {.groups = kGroups});
  y = ConvRelu(g, y, name + ".body.2", kWidth, {.groups = kGroups});
  y = g.Conv(y, name + ".body.4", kWidth, {.kernel = 1});
  return g.Functional(Relu{}, g.Add(y, x));
}

NodeId CarnMBlock(GraphBuilder& g, NodeId x, const std::string& block) {
  return Cascade(g, x, block + ".", [&](GraphBuilder& g, NodeId x, int) {
    return EfficientUnit(g, x, block + ".b1");
  });
}

}  // namespace

Model BuildCarnM(int scale, const Settings&) {
  RequireScale(scale, {2, 3, 4});
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "entry", kWidth);
  x = Cascade(g, x, "",
              [](GraphBuilder& g, NodeId x, int i) { return CarnMBlock(g, x, Numbered("b", i)); });
  x = CascadeUpsampler(g, x, Numbered("upsample.up", scale), scale, kGroups);

  Model model;
  model.info = SuperResolutionInfo(scale, 1.0f);
  model.info.mean.assign(std::begin(kDiv2kMean), std::end(kDiv2kMean));
  model.graph = g.Finish({g.Conv(x, "exit", 3)});
  return model;
}

}  // namespace winnow
