#include "base/parallel.h"

#include "base/thread_pool.h"

namespace winnow {

void ParallelFor(int count, int threads, const std::function<void(int)>& body) {
  if (threads <= 1 || count <= 1) {
    for (int i = 0; i < count; ++i) body(i);
    return;
  }
  static ThreadPool pool;
  pool.Run(count, threads, body);
}

}  // namespace winnow
