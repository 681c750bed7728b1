#include "base/thread_pool.h"

#include <algorithm>
#include <chrono>

#include "base/processors.h"

namespace winnow {
namespace {

// A thread that has nothing to do looks for work this long before it sleeps: calls often follow
// each other closely, and waking takes long.
constexpr std::chrono::microseconds kPatience(500);

template <typename Condition>
void LookFor(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

}  // namespace

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  opened_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::Run(int count, int threads, const std::function<void(int)>& body) {
  const int helpers = std::min(threads, count) - 1;
  Job job{.count = count, .body = body, .caller_cpu = CurrentProcessor(), .seats = helpers};
  {
    const std::lock_guard lock(mutex_);
    Grow(helpers);
    open_.push_back(&job);
    ++open_count_;
  }
  opened_.notify_all();
  Work(job);
  Close(job);
  if (job.error) std::rethrow_exception(job.error);
}

// Jobs that run at the same time share the workers.
void ThreadPool::Grow(int workers) {
  while (static_cast<int>(workers_.size()) < workers) {
    workers_.emplace_back([this] { WorkerLoop(); });
  }
}

void ThreadPool::WorkerLoop() {
  int avoided = -1;
  for (;;) {
    LookFor([this] { return open_count_ > 0 || ends_; });
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return !open_.empty() || ends_; });
    if (ends_) return;
    Job& job = *open_.front();
    ++job.working;
    if (--job.seats == 0) {
      open_.pop_front();
      --open_count_;
    }
    lock.unlock();
    // Some schedulers wake a thread on the processor of the one that woke it, busy as that is, and
    // leave both there for a long time.
    if (job.caller_cpu != avoided) AvoidProcessor(avoided = job.caller_cpu);
    Work(job);
    lock.lock();
    if (--job.working == 0) left_.notify_all();
  }
}

void ThreadPool::Work(Job& job) {
  try {
    for (int i = job.next++; i < job.count && !job.failed; i = job.next++) job.body(i);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!job.error) job.error = std::current_exception();
    job.failed = true;
  }
}

// Lets no worker join any more and waits for those that have.
void ThreadPool::Close(Job& job) {
  std::unique_lock lock(mutex_);
  open_count_ -= static_cast<int>(open_.remove(&job));
  left_.wait(lock, [&] { return job.working == 0; });
}

}  // namespace winnow
