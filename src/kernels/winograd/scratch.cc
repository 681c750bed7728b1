#include "kernels/winograd/scratch.h"

namespace winnow {

void ScratchPool::Reserve(std::size_t floats) {
  const std::lock_guard lock(mutex_);
  for (AlignedVector<float>& buffer : buffers_) {
    if (buffer.size() < floats) buffer = AlignedVector<float>(floats);
  }
}

AlignedVector<float>* ScratchPool::Take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !free_.empty(); });
  AlignedVector<float>* const buffer = free_.back();
  free_.pop_back();
  return buffer;
}

void ScratchPool::Return(AlignedVector<float>* buffer) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(buffer);
  }
  returned_.notify_one();
}

}  // namespace winnow
