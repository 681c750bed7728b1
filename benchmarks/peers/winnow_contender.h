// Ours.
#pragma once

#include <memory>

#include "contender.h"
#include "engine/session.h"
#include "subject.h"

namespace winnow::peers {

// `model` is the subject's or one of its variants. A network is timed from planar input to planar
// output; a layer is the time of its step alone.
std::unique_ptr<Contender> MakeWinnow(const Subject& subject, const Model& model, int threads,
                                      winnow::Precision precision = winnow::Precision::kExact);

}  // namespace winnow::peers
