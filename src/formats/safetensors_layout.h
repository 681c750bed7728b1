// What the reader and the writer of the container agree on.
#pragma once

#include <cstdint>

namespace winnow {

// The file: header length (8 bytes, little-endian), header (JSON), data.
inline constexpr std::uint64_t kLengthBytes = 8;
inline constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
inline constexpr const char* kMetadataKey = "__metadata__";

}  // namespace winnow
