// Memory aligned for vector loads.
#pragma once

#include <cstddef>
#include <vector>

namespace winnow {

inline constexpr std::size_t kAlignment = 64;  // one cache line, one 512-bit vector

// At least kAlignment-aligned. Large blocks lie on huge pages where the system has them: touching
// them for the first time costs a fraction of what small pages do. Errors: std::bad_alloc.
void* AllocateAligned(std::size_t bytes);
// `bytes` as they were asked for.
void FreeAligned(void* p, std::size_t bytes);

template <typename T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <typename U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(AllocateAligned(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) { FreeAligned(p, n * sizeof(T)); }
  template <typename U>
  bool operator==(const AlignedAllocator<U>&) const {
    return true;
  }
};

// A vector whose data() is kAlignment-aligned.
template <typename T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace winnow
