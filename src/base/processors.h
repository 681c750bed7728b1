// Where threads run.
#pragma once

namespace winnow {

// Processors this process may run on (respects affinity and cgroup quotas), at least 1.
int HardwareThreads();

// The processor that the calling thread runs on; -1 where the system does not say.
int CurrentProcessor();

// Lets the calling thread run on all processors of the process but one, where there are others.
void AvoidProcessor(int processor);

}  // namespace winnow
