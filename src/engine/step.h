// One thing a plan does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace winnow {

struct Step {
  std::string node;  // the graph's node whose result it makes
  std::string kernel;
  std::int64_t macs = 0;  // multiply-adds with weights other than zero
  int jobs = 1;
  std::function<void(int)>
      run;  // run(job) for every job in [0, jobs), in any order, at the same time
};

// A step whose jobs are bands of rows: run(begin, end) with bands that cover [0, rows).
Step RowStep(std::string node, std::string kernel, int rows, std::function<void(int, int)> run);

}  // namespace winnow
