// A digest that tells data apart: FNV-1a of 64 bits. Not for what must withstand intent.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace winnow {

class Digest {
 public:
  void Add(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001b3u; }
  template <typename Bytes>
  void AddEach(const Bytes& bytes) {
    for (const auto byte : bytes) Add(static_cast<std::uint8_t>(byte));
  }

  // 16 hexadecimal digits.
  std::string Hex() const {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash_));
    return text;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace winnow
