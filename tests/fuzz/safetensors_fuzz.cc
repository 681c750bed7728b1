// Any bytes: an Error, or tensors that survive being written and read again.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "formats/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  winnow::TensorFile file;
  try {
    file = winnow::ParseSafetensors(bytes, "fuzz");
  } catch (const winnow::Error&) {
    return 0;
  }
  const auto again = winnow::ParseSafetensors(winnow::SerializeSafetensors(file), "again");
  if (again.metadata != file.metadata || again.tensors != file.tensors) std::abort();
  return 0;
}
