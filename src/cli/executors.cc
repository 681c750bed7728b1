#include "cli/executors.h"

#include <memory>

#include "base/error.h"
#include "cli/delegate.h"
#include "engine/session.h"

namespace winnow {

Runner MakeRunner(const std::string& executor, const Model& model, int threads,
                  const CommandLine& line) {
  if (executor == "libtorch") return RequireTraining(line).make_runner(model, threads);
  if (executor != "engine" && executor != "reference") {
    throw Error(ErrorKind::kInvalidArgument,
                "unknown executor '" + executor + "'; choose engine, reference or libtorch");
  }
  const ExecutorKind kind = executor == "engine" ? ExecutorKind::kFast : ExecutorKind::kReference;
  auto session = std::make_shared<Session>(model, SessionOptions{kind, threads});
  return [session](const Tensor& input) { return session->Run(input); };
}

}  // namespace winnow
