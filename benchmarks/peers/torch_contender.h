// libtorch. Free of its headers.
#pragma once

#include <memory>
#include <string>

#include "contender.h"
#include "precision.h"
#include "subject.h"

namespace winnow::peers {

// The dense network, weights and activations in channels-last order; input and output stay in that
// order and precision, so nothing is converted in the time measured. Errors: kUnsupported.
std::unique_ptr<Contender> MakeTorch(const Subject& subject, Precision precision, int threads);

std::string TorchVersion();

}  // namespace winnow::peers
