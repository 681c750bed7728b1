// ONNX Runtime.
#pragma once

#include <memory>

#include "contender.h"
#include "ort_network.h"
#include "subject.h"

namespace winnow::peers {

// The network from planar input to planar output in memory that is kept, dense whatever the weights
// are, in a file for the subject's size. Errors: SerializeOnnx's; kUnsupported.
std::unique_ptr<Contender> MakeOrt(const OrtLibrary& library, const Subject& subject,
                                   const Model& model, int threads);

}  // namespace winnow::peers
