// The engine as what restoring needs of an executor.
#pragma once

#include "app/executor.h"
#include "engine/session.h"
#include "graph/model.h"

namespace winnow {

// A runner on a session of its own, which copies share: one of them at a time may run. The model
// need not outlive it. Errors: Session's.
Runner EngineRunner(const Model& model, const SessionOptions& options);

}  // namespace winnow
