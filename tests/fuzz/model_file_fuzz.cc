// Any bytes: an Error, or a model that survives being written and read again.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "formats/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  winnow::Model model;
  try {
    model = winnow::ParseModel(bytes, "fuzz");
  } catch (const winnow::Error&) {
    return 0;
  }
  if (winnow::ParseModel(winnow::SerializeModel(model), "again") != model) std::abort();
  return 0;
}
