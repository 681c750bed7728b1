#include "engine/step.h"

#include <algorithm>

namespace winnow {
namespace {

// Tall enough for the tallest tile, low enough to give every thread some.
constexpr int kBandRows = 4;

}  // namespace

Step RowStep(std::string node, std::string kernel, int rows, std::function<void(int, int)> run) {
  Step step;
  step.node = std::move(node);
  step.kernel = std::move(kernel);
  step.jobs = (rows + kBandRows - 1) / kBandRows;
  step.run = [rows, run = std::move(run)](int job) {
    run(job * kBandRows, std::min((job + 1) * kBandRows, rows));
  };
  return step;
}

}  // namespace winnow
