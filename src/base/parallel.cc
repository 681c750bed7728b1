#include "base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace winnow {

int HardwareThreads() { return std::max(1, tbb::info::default_concurrency()); }

void ParallelFor(int count, int threads, const std::function<void(int)>& body) {
  if (threads <= 1 || count <= 1) {
    for (int i = 0; i < count; ++i) body(i);
    return;
  }
  tbb::task_arena arena(threads);
  arena.execute([&] {
    tbb::parallel_for(0, count, [&](int i) { body(i); }, tbb::simple_partitioner());
  });
}

}  // namespace winnow
