// The names under which other projects publish weights of networks that are built in under others.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "networks/shapes_of.h"

namespace winnow {

struct PublicNames {
  std::string origin;  // "BasicSR's EDSR"; empty where names are the built-in ones
  std::map<std::string, std::string>
      ours;  // by the file's name; names that are the same are left out
};

// The scales of which a published file of CARN or CARN-M holds upsamplers, in rising order; empty
// for any other.
std::vector<int> UpsamplerScales(const TensorShapes& tensors);

// Found by the names alone. `scale` says which upsampler becomes a network's only one, where the
// file holds several; 0: the largest scale's.
PublicNames FindPublicNames(const TensorShapes& tensors, int scale = 0);

}  // namespace winnow
