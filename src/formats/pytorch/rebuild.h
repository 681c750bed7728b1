// The names a pickle of weights may use, and what they mean.
#pragma once

#include <string>

#include "formats/pytorch/pickle.h"

namespace winnow::pytorch {

// OrderedDict, torch's storages, and the functions that put tensors together.
bool IsAllowed(const std::string& name);

// What calling one of the names gives. Errors: kCorrupt.
Object Rebuild(const std::string& function, const Tuple& arguments, const std::string& where);

// ("storage", type, key, device, elements): how a pickle refers to numbers outside it. Errors:
// kCorrupt; kUnsupported for a view of a storage.
Storage StorageOf(const Object& persistent_id, const std::string& where);

}  // namespace winnow::pytorch
