// Ctrl-C as a flag.
#pragma once

#include <atomic>

namespace winnow {

// Set by the first SIGINT or SIGTERM from now on; the second one ends the process at once.
const std::atomic<bool>* CatchInterrupts();

}  // namespace winnow
