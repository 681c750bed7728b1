// Threads: one call, no state to manage.
#pragma once

#include <functional>

namespace winnow {

// Processors this process may run on (respects affinity and cgroup quotas), at least 1.
int HardwareThreads();

// Calls body(i) for every i in [0, count), on at most `threads` threads, each index once, in no
// promised order. With threads == 1 everything runs on the calling thread, in order. The first
// exception of a body is rethrown here.
void ParallelFor(int count, int threads, const std::function<void(int)>& body);

}  // namespace winnow
