// Threads: one call, no state to manage.
#pragma once

#include <functional>

#include "base/processors.h"

namespace winnow {

// Calls body(i) for every i in [0, count), on at most `threads` threads, of which the calling one
// is one, each index once, in rising order on each thread. With threads == 1 everything runs on the
// calling thread, in order. The first exception of a body is rethrown here, once those that have
// begun are done; others may then have been left out. Bodies may call ParallelFor; they must not
// count on other indices running at the same time.
void ParallelFor(int count, int threads, const std::function<void(int)>& body);

}  // namespace winnow
