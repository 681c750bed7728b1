// Networks run by ONNX Runtime, loaded at run time. The tests of exported files run them this way
// too.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ort_api.h"
#include "tensor/tensor.h"

namespace winnow::peers {

// The library.
class OrtLibrary {
 public:
  // Errors: kNotFound; kUnsupported when it is too old.
  explicit OrtLibrary(const std::string& path);

  const OrtApi& api() const { return *api_; }
  const std::string& version() const { return version_; }

 private:
  const OrtApi* api_;
  std::string version_;
};

// An input or output [channels, height, width], as a batch of one.
struct OrtPicture {
  std::string name;
  Tensor* tensor;  // whose memory is used as it lies
};

// Every optimisation, sequential execution. Errors: kUnsupported, with ONNX Runtime's message.
class OrtNetwork {
 public:
  // `onnx` are the bytes of a file; `library` must outlive this.
  OrtNetwork(const OrtLibrary& library, const std::string& onnx, int threads);

  // Fills the outputs, which must have the right extents.
  void Run(const OrtPicture& input, const std::vector<OrtPicture>& outputs) const;

 private:
  template <typename T>
  using Handle = std::unique_ptr<T, void (*)(T*)>;

  const OrtApi& api_;
  Handle<OrtEnv> environment_;
  Handle<OrtSession> session_;
};

}  // namespace winnow::peers
