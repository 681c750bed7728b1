// ONNX Runtime.
#pragma once

#include <memory>
#include <string>

#include "contender.h"
#include "subject.h"

struct OrtApi;

namespace winnow::peers {

// The library, loaded at run time.
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

// The network from planar input to planar output in memory that is kept, dense whatever the weights
// are; every optimisation, sequential execution. Errors: ToOnnx's; kUnsupported.
std::unique_ptr<Contender> MakeOrt(const OrtLibrary& library, const Subject& subject,
                                   const Model& model, int threads);

}  // namespace winnow::peers
