#include "cli/delegate.h"

#include <unistd.h>

#include <filesystem>

#include "base/error.h"

namespace winnow {

const TrainingBackend& RequireTraining(const CommandLine& line) {
  if (const TrainingBackend* backend = LinkedTrainingBackend()) return *backend;
  const std::filesystem::path sibling =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "winnow-training";
  ::execv(sibling.c_str(), line.argv);
  throw Error(ErrorKind::kUnsupported,
              "built without training (" + sibling.string() +
                  " is missing); install libtorch-dev and build with -DWINNOW_TRAINING=ON");
}

}  // namespace winnow
