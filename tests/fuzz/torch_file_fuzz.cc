// Any bytes: an Error, or tensors whose numbers are all there.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "formats/pytorch/torch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  winnow::TensorFile file;
  try {
    file = winnow::ParseTorchFile(bytes, "fuzz");
  } catch (const winnow::Error&) {
    return 0;
  }
  for (const auto& [name, tensor] : file.tensors) {
    if (tensor.size() != winnow::ElementCount(tensor.shape)) std::abort();
  }
  return 0;
}
