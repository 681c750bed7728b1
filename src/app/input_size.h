// Whether a network can be run at a size that the user names.
#pragma once

#include <cstdint>
#include <string>

#include "engine/session.h"
#include "graph/model.h"

namespace winnow {

// Of this machine, in bytes.
std::int64_t PhysicalMemory();

// "12 MiB", rounded up.
std::string Mebibytes(std::int64_t bytes);

// Errors: kInvalidArgument where the network does not run at this size of its input, with one at
// which it does where that is a matter of ModelInfo::size_multiple.
void RequireInputSize(const Model& model, std::int64_t width, std::int64_t height);

// Found without taking the memory. Errors: RequireInputSize's; kOutOfBudget where `session`, one of
// `model`, would take more than the machine has.
void RequireMemory(const Model& model, const Session& session, std::int64_t width,
                   std::int64_t height);

}  // namespace winnow
