// Memory that kernels work in, shared by the threads and the layers of a plan.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "base/aligned.h"

namespace winnow {

// One buffer for each of the threads that may work at a time. All memory is there before work
// begins, so that taking a buffer allocates nothing.
class ScratchPool {
 public:
  explicit ScratchPool(int threads) : buffers_(threads) {
    for (AlignedVector<float>& buffer : buffers_) free_.push_back(&buffer);
  }
  ScratchPool(const ScratchPool&) = delete;
  ScratchPool& operator=(const ScratchPool&) = delete;

  // Every buffer has at least `floats` from now on. Not while one is taken.
  void Reserve(std::size_t floats);

  // A buffer for as long as this lives; waits for one where more threads than promised work.
  class Buffer {
   public:
    explicit Buffer(ScratchPool& pool) : pool_(pool), memory_(pool.Take()) {}
    ~Buffer() { pool_.Return(memory_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    float* data() const { return memory_->data(); }

   private:
    ScratchPool& pool_;
    AlignedVector<float>* memory_;
  };

 private:
  AlignedVector<float>* Take();
  void Return(AlignedVector<float>* buffer);

  std::vector<AlignedVector<float>> buffers_;
  std::vector<AlignedVector<float>*> free_;
  std::mutex mutex_;
  std::condition_variable returned_;
};

}  // namespace winnow
