#include "engine/step.h"

namespace winnow {

Step RowStep(std::string node, std::string kernel, NodeId result, const RowAccess& access,
             std::function<void(int, int)> run) {
  Step step;
  step.node = std::move(node);
  step.kernel = std::move(kernel);
  step.size = access.rows;
  step.run = std::move(run);
  step.by_rows = true;
  step.result = result;
  step.writes = access.writes;
  step.reads = access.reads;
  return step;
}

}  // namespace winnow
