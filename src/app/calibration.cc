#include "app/calibration.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/channels.h"
#include "base/error.h"
#include "base/random.h"
#include "base/rounding.h"
#include "image/bicubic.h"
#include "image/codec.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> LargeEnough(const fs::path& folder, int extent) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorKind::kNotFound, folder.string() + ": no such folder");
  }
  std::vector<fs::path> files;
  bool any = false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file() || FormatOfExtension(entry.path()).empty()) continue;
    any = true;
    const ImageHeader header = ReadHeader(entry.path());
    if (std::min(header.width, header.height) >= extent) files.push_back(entry.path());
  }
  if (files.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                folder.string() + (any ? ": no picture of at least " + std::to_string(extent) +
                                             " pixels a side; give larger ones or smaller crops"
                                       : ": no picture in this folder"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Shuffle(std::vector<fs::path>& files, Random& random) {
  for (std::size_t i = files.size(); i > 1; --i) std::swap(files[i - 1], files[random.Below(i)]);
}

struct Pair {
  Image input;
  Image target;
};

Pair ReadPair(const fs::path& file, int scale) {
  const Image image = ReadImage(file);
  if (scale == 1) return {image, {}};
  Image target = Crop(image, {0, 0, image.width() / scale * scale, image.height() / scale * scale});
  Image input = ResizeBicubic(target, 1, scale);
  return {std::move(input), std::move(target)};
}

void AddCrop(const ModelInfo& info, const Pair& pair, int extent, Random& random,
             CalibrationSet& set) {
  const int x = static_cast<int>(random.Below(pair.input.width() - extent + 1));
  const int y = static_cast<int>(random.Below(pair.input.height() - extent + 1));
  set.inputs.push_back(PlaneToInput(info, pair.input, {x, y, extent, extent}, Plane::kColour));
  if (info.scale == 1) return;
  const int s = info.scale;
  set.targets.push_back(
      PlaneToInput(info, pair.target, {x * s, y * s, extent * s, extent * s}, Plane::kColour));
}

}  // namespace

CalibrationSet ReadCalibrationSet(const ModelInfo& info, const std::vector<fs::path>& folders,
                                  const CalibrationOptions& options) {
  const int extent = RoundUp(options.extent, info.size_multiple);
  std::vector<fs::path> files;
  for (const fs::path& folder : folders) {
    std::ranges::move(LargeEnough(folder, extent * info.scale), std::back_inserter(files));
  }
  Random random(options.seed);
  Shuffle(files, random);
  // As many crops of each picture as its turn comes up, so that it is read once.
  CalibrationSet set;
  set.pictures = static_cast<int>(std::min<std::size_t>(files.size(), options.count));
  for (int i = 0; i < set.pictures; ++i) {
    const Pair pair = ReadPair(files[i], info.scale);
    for (int turn = i; turn < options.count; turn += static_cast<int>(files.size())) {
      AddCrop(info, pair, extent, random, set);
    }
  }
  return set;
}

}  // namespace winnow
