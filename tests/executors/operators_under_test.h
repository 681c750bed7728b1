// Small graphs that between them use every operator with every attribute, and every way the engine
// fuses, shares memory or falls back.
#pragma once

#include <string>
#include <vector>

#include "graph/model.h"

namespace winnow {

struct OperatorCase {
  std::string name;
  Model model;
};

std::vector<OperatorCase> OperatorCases();

}  // namespace winnow
