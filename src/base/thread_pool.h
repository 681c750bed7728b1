// The threads behind ParallelFor: started when first wanted, asleep between calls.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace winnow {

// Calls may come from several threads at once and from within bodies: whoever calls works itself
// and needs no other thread to get done.
class ThreadPool {
 public:
  ThreadPool() = default;
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // ParallelFor, for threads and count of at least 2.
  void Run(int count, int threads, const std::function<void(int)>& body);

 private:
  // One call. All but `next` and `failed` are guarded by mutex_.
  struct Job {
    int count;
    const std::function<void(int)>& body;
    int caller_cpu;   // -1: unknown
    int seats;        // workers that may still join
    int working = 0;  // workers that have joined and not left
    std::exception_ptr error = {};
    std::atomic<int> next = 0;
    std::atomic<bool> failed = false;
  };

  void Grow(int workers);
  void WorkerLoop();
  void Work(Job& job);
  void Close(Job& job);

  std::mutex mutex_;
  std::condition_variable opened_;  // a job has seats, or the pool ends
  std::condition_variable left_;    // a job's last worker has left
  std::list<Job*> open_;            // jobs with seats
  std::atomic<int> open_count_ = 0;
  std::atomic<bool> ends_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace winnow
