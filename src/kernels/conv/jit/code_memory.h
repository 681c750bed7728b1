// Memory that machine code runs from: writable until it is sealed, executable from then on, never
// both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace winnow {

class CodeMemory {
 public:
  CodeMemory() = default;
  ~CodeMemory();
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;

  // Copies `size` bytes of position-independent code in; returns their place, on a cache line of
  // its own, which is good as long as this object. Not to be run before Seal. Errors: kOutOfBudget
  // when there is no memory.
  const std::uint8_t* Add(const std::uint8_t* code, std::size_t size);

  // Makes all that was added so far executable. Errors: kUnsupported when the system forbids it.
  void Seal();

 private:
  struct Chunk {
    std::uint8_t* begin;
    std::size_t capacity;
    std::size_t used;
    bool sealed;
  };

  std::vector<Chunk> chunks_;
};

}  // namespace winnow
