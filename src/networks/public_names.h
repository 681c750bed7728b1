// The names under which other projects publish weights of networks that are built in under others.
#pragma once

#include <map>
#include <string>

#include "networks/shapes_of.h"

namespace winnow {

struct PublicNames {
  std::string origin;  // "BasicSR's EDSR"; empty where names are the built-in ones
  std::map<std::string, std::string>
      ours;  // by the file's name; names that are the same are left out
};

// Found by the names alone.
PublicNames FindPublicNames(const TensorShapes& tensors);

}  // namespace winnow
