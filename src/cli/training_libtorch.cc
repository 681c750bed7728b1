#include <memory>

#include "cli/training_backend.h"
#include "training/torch_session.h"

namespace winnow {
namespace {

Runner MakeTorchRunner(const Model& model, int threads) {
  auto session = std::make_shared<TorchSession>(model, TorchOptions{.threads = threads});
  return [session](const Tensor& input) { return session->Run(input); };
}

}  // namespace

const TrainingBackend* LinkedTrainingBackend() {
  static const TrainingBackend backend = {ReadRecipe, ToToml, Train, MakeTorchRunner};
  return &backend;
}

}  // namespace winnow
