#include "base/processors.h"

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

#include <algorithm>
#include <fstream>
#include <thread>

namespace winnow {
namespace {

#ifdef __linux__
// Those of the process when it first asked: threads that avoid one have fewer.
const cpu_set_t& Allowed() {
  static const cpu_set_t set = [] {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof(allowed), &allowed);
    return allowed;
  }();
  return set;
}

// Processors' worth of time that the control group grants; `none` where it sets no limit.
int Quota(int none) {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double quota = 0, period = 0;
  if (!(file >> quota >> period) || period <= 0) return none;
  return static_cast<int>(std::max(1.0, quota / period));
}
#endif

}  // namespace

int HardwareThreads() {
#ifdef __linux__
  const int processors = CPU_COUNT(&Allowed());
  if (processors > 0) return std::min(processors, Quota(processors));
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int CurrentProcessor() {
#ifdef __linux__
  return sched_getcpu();
#else
  return -1;
#endif
}

void AvoidProcessor(int processor) {
#ifdef __linux__
  cpu_set_t others = Allowed();
  if (processor < 0 || processor >= CPU_SETSIZE || !CPU_ISSET(processor, &others)) return;
  CPU_CLR(processor, &others);
  if (CPU_COUNT(&others) > 0) pthread_setaffinity_np(pthread_self(), sizeof(others), &others);
#endif
}

}  // namespace winnow
