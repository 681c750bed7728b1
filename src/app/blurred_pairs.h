// Deblurring sets made of sharp photographs.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "image/exposure.h"

namespace winnow {

struct BlurredPairsOptions {
  BlurOptions blur;
  int copies = 1;  // of each picture, each blurred in its own way
  std::uint64_t seed = 1;
  bool force = false;  // overwrite what is there
  int threads = 1;
  std::function<void(const std::string& name)> on_pair = {};  // one call at a time
  const std::atomic<bool>* stop = nullptr;
};

// Writes OUT/blur/NAME.png and OUT/sharp/NAME.png of every picture in `folder`, 8-bit RGB; NAME is
// the picture's own without its extension, with _1, _2, ... where there are copies. Pairs depend on
// the seed and on the picture's place in name order. Returns their number. Errors: PicturesIn's;
// kInvalidArgument (an option, two pictures of one name, a file that exists without `force`); the
// codec's; kInterrupted.
int MakeBlurredPairs(const std::filesystem::path& folder, const std::filesystem::path& out,
                     const BlurredPairsOptions& options);

}  // namespace winnow
