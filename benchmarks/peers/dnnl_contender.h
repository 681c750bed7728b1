// oneDNN, convolutions only.
#pragma once

#include <memory>
#include <string>

#include "contender.h"
#include "precision.h"
#include "subject.h"

namespace winnow::peers {

// The time of all convolutions of the subject, each different one run alone and counted as often as
// it occurs, and each by whichever way was quickest in that run: direct in the layout that oneDNN
// asks for, in channels-last and in blocks of channels, and (float32) Winograd. Errors:
// kUnsupported.
std::unique_ptr<Contender> MakeDnnl(const Subject& subject, Precision precision, int threads);

std::string DnnlVersion();

}  // namespace winnow::peers
