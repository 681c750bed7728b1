#include "kernels/conv/jit/code_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/rounding.h"

namespace winnow {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kPage = 4096;
// The code of a whole network as a rule; what is not touched costs nothing.
constexpr std::size_t kChunkBytes = std::size_t{4} << 20;

}  // namespace

CodeMemory::~CodeMemory() {
  for (const Chunk& chunk : chunks_) munmap(chunk.begin, chunk.capacity);
}

const std::uint8_t* CodeMemory::Add(const std::uint8_t* code, std::size_t size) {
  if (chunks_.empty() || chunks_.back().sealed ||
      chunks_.back().capacity - chunks_.back().used < size) {
    const std::size_t capacity = std::max(kChunkBytes, RoundUp(size, kPage));
    void* const memory =
        mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw Error(ErrorKind::kOutOfBudget,
                  "no memory for " + std::to_string(capacity) + " bytes of generated code");
    }
    chunks_.push_back({static_cast<std::uint8_t*>(memory), capacity, 0, false});
  }
  Chunk& chunk = chunks_.back();
  std::uint8_t* const place = chunk.begin + chunk.used;
  std::memcpy(place, code, size);
  chunk.used = std::min(RoundUp(chunk.used + size, kLine), chunk.capacity);
  return place;
}

void CodeMemory::Seal() {
  for (Chunk& chunk : chunks_) {
    if (chunk.sealed) continue;
    if (mprotect(chunk.begin, chunk.capacity, PROT_READ | PROT_EXEC) != 0) {
      throw Error(ErrorKind::kUnsupported,
                  "this system does not let programs run code that they generate; "
                  "set WINNOW_KERNEL=highway");
    }
    chunk.sealed = true;
  }
}

}  // namespace winnow
