#include "app/engine_runner.h"

#include <memory>

namespace winnow {

Runner EngineRunner(const Model& model, const SessionOptions& options) {
  auto session = std::make_shared<Session>(model, options);
  return {[session](const Tensor& input) { return session->Run(input); },
          [session](std::int64_t height, std::int64_t width) {
            return session->BytesFor(height, width);
          }};
}

}  // namespace winnow
