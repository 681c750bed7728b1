// One thing a plan does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/rows.h"

namespace winnow {

struct Step {
  std::string node;  // the graph's node whose result it makes
  std::string kernel;
  std::int64_t macs = 0;  // multiply-adds with weights other than zero
  int size = 1;           // its work is [0, size): rows, channels, or one piece
  int grain = 1;          // parts of fewer than this are slow
  double work = 0;        // besides macs, in multiply-adds, about
  // Does the part [begin, end). Parts may run in any order and at the same time. Throws nothing
  // where the step works by rows.
  std::function<void(int begin, int end)> run;
  bool by_rows = false;
  // The following are given for steps by rows.
  NodeId result =
      kNoNode;  // the result on lanes that it writes, or a part of; none if it is planar
  RowSpan writes;
  std::vector<RowRead> reads;  // what earlier steps by rows must have made, at least
  // The following are given for convolutions.
  std::string why;          // the kernel was chosen
  double cost = 0;          // estimate, in multiply-adds of a vector at the machine's peak
  bool saves_code = false;  // generated code would be faster, but was not worth making
};

// A step by rows; `access` is the unit's.
Step RowStep(std::string node, std::string kernel, NodeId result, const RowAccess& access,
             std::function<void(int, int)> run);

}  // namespace winnow
