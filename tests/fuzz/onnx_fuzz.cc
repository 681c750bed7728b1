// Any bytes: an Error, or a network whose weights fit its graph.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "formats/onnx/onnx_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  winnow::OnnxNetwork network;
  try {
    network = winnow::ParseOnnx(bytes, "fuzz");
  } catch (const winnow::Error&) {
    return 0;
  }
  if (network.weights.size() != network.graph.params().size()) std::abort();
  for (std::size_t i = 0; i < network.weights.size(); ++i) {
    if (network.weights[i].shape != network.graph.params()[i].shape) std::abort();
  }
  return 0;
}
