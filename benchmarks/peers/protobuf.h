// Writing messages in the wire format of protocol buffers.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace winnow::peers {

class Message {
 public:
  void Int(int field, std::int64_t value) {
    Key(field, kVarint);
    Varint(static_cast<std::uint64_t>(value));
  }
  void Float(int field, float value) {
    Key(field, kFixed32);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift);
  }
  void Text(int field, std::string_view value) {
    Key(field, kLengthDelimited);
    Varint(value.size());
    bytes_ += value;
  }
  void Nested(int field, const Message& value) { Text(field, value.bytes_); }

  const std::string& bytes() const { return bytes_; }

 private:
  enum WireType { kVarint = 0, kLengthDelimited = 2, kFixed32 = 5 };

  void Key(int field, WireType type) { Varint(static_cast<std::uint64_t>(field << 3 | type)); }
  void Varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

}  // namespace winnow::peers
