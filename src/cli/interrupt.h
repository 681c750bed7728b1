// Signals that would end the process without leaving it time to remove its temporary files.
#pragma once

#include <atomic>

namespace winnow {

// Set by the first SIGINT, SIGTERM or, unless it is ignored as under nohup, SIGHUP from now on; a
// second one of the same kind ends the process at once.
const std::atomic<bool>* CatchInterrupts();

// From now on writing beyond the limit of a file's size (ulimit -f) is an error of the write
// instead of the process's end by SIGXFSZ.
void ReportFileSizeLimit();

}  // namespace winnow
