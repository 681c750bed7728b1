// Models that tests of restoring run.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "graph/builder.h"
#include "networks/registry.h"
#include "support/pictures.h"

namespace winnow {

// Repeats every pixel: what a restoration may not change is easy to see.
inline Model Nearest(int scale, const std::string& colour = "rgb") {
  const int channels = colour == "y" ? 1 : 3;
  GraphBuilder g;
  const NodeId input = g.Input(channels);
  Model model;
  model.graph = g.Finish({g.Apply(Resize{ResizeMode::kNearest, scale, 1}, {input})});
  model.info.name = "nearest";
  model.info.scale = scale;
  model.info.colour = colour;
  model.info.mean.assign(static_cast<std::size_t>(channels), 0.25f);
  return model;
}

// A network of the registry with random weights.
inline Model SmallNetwork(const std::string& name, std::map<std::string, int> settings,
                          int scale = 0) {
  Model model = BuildNetwork(name, {scale, std::move(settings)});
  model.info.name = name;
  FillWeights(model);
  return model;
}

}  // namespace winnow
