#include "cli/training_backend.h"

namespace winnow {

const TrainingBackend* LinkedTrainingBackend() { return nullptr; }

}  // namespace winnow
