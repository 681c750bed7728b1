#include "app/calibration.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

#include "app/channels.h"
#include "base/error.h"
#include "base/random.h"
#include "base/rounding.h"
#include "image/bicubic.h"
#include "image/codec.h"
#include "image/folders.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

// Places that are drawn until one is free.
constexpr int kDraws = 100;

struct Photo {
  fs::path file;
  bool for_validation = false;
};

std::vector<Photo> LargeEnough(const fs::path& folder, int extent, int validation_every) {
  std::vector<Photo> photos;
  int number = 0;
  for (const fs::path& file : PicturesIn(folder)) {
    const bool for_validation = validation_every > 0 && ++number % validation_every == 0;
    const ImageHeader header = ReadHeader(file);
    if (std::min(header.width, header.height) >= extent) photos.push_back({file, for_validation});
  }
  if (photos.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                folder.string() + ": no picture of at least " + std::to_string(extent) +
                    " pixels a side; give larger ones or smaller crops");
  }
  return photos;
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

// The pictures to crop, in random order, and how.
struct Cropping {
  Cropping(const ModelInfo& info_of_model, const std::vector<fs::path>& folders,
           const CalibrationOptions& options)
      : info(info_of_model),
        count(options.count),
        extent(RoundUp(options.extent, info_of_model.size_multiple)),
        random(options.seed) {
    for (const fs::path& folder : folders) {
      std::ranges::move(LargeEnough(folder, extent * info.scale, options.validation_every),
                        std::back_inserter(photos));
    }
    for (std::size_t i = photos.size(); i > 1; --i) {
      std::swap(photos[i - 1], photos[random.Below(i)]);
    }
  }

  const ModelInfo& info;
  int count;
  int extent;
  Random random;
  std::vector<Photo> photos;
};

bool Overlap(const CropPlace& a, const CropPlace& b) {
  return a.file == b.file && std::abs(a.rect.x - b.rect.x) < a.rect.width &&
         std::abs(a.rect.y - b.rect.y) < a.rect.height;
}

// A place in a picture that no crop of `taken` overlaps; none where the picture seems to be full.
std::optional<CropPlace> DrawPlace(const fs::path& file, const Image& picture,
                                   const CalibrationSet& taken, Cropping& cropping) {
  const int extent = cropping.extent;
  for (int i = 0; i < kDraws; ++i) {
    const int x = static_cast<int>(cropping.random.Below(picture.width() - extent + 1));
    const int y = static_cast<int>(cropping.random.Below(picture.height() - extent + 1));
    const CropPlace place = {file, {x, y, extent, extent}};
    const auto overlaps = [&](const CropPlace& other) { return Overlap(place, other); };
    if (std::ranges::none_of(taken.places, overlaps)) return place;
  }
  return std::nullopt;
}

void AddCrop(const ModelInfo& info, const Pair& pair, const CropPlace& place, CalibrationSet& set) {
  const auto& [x, y, width, height] = place.rect;
  set.places.push_back(place);
  set.inputs.push_back(PlaneToInput(info, pair.input, place.rect, Plane::kColour));
  if (info.scale == 1) return;
  const int s = info.scale;
  set.targets.push_back(
      PlaneToInput(info, pair.target, {x * s, y * s, width * s, height * s}, Plane::kColour));
}

// As many crops of each picture as its turn comes up, so that it is read once. None overlaps one of
// `taken`.
CalibrationSet CropInTurns(Cropping& cropping, const CalibrationSet& taken) {
  CalibrationSet set;
  const int photos = static_cast<int>(cropping.photos.size());
  for (int i = 0; i < std::min(photos, cropping.count); ++i) {
    const fs::path& file = cropping.photos[i].file;
    const Pair pair = ReadPair(file, cropping.info.scale);
    const std::size_t before = set.inputs.size();
    for (int turn = i; turn < cropping.count; turn += photos) {
      const auto place = DrawPlace(file, pair.input, taken, cropping);
      if (place) AddCrop(cropping.info, pair, *place, set);
    }
    if (set.inputs.size() > before) ++set.pictures;
  }
  return set;
}

// Of pictures that are to be measured on.
SeenBy SeenPhoto(const Photo& photo, bool trained, const CalibrationSet& fitted) {
  const auto fits = std::ranges::find(fitted.places, photo.file, &CropPlace::file);
  if (fits != fitted.places.end()) return SeenBy::kFit;
  return trained && !photo.for_validation ? SeenBy::kTraining : SeenBy::kNothing;
}

}  // namespace

CalibrationSet ReadCalibrationSet(const ModelInfo& info, const std::vector<fs::path>& folders,
                                  const CalibrationOptions& options) {
  Cropping cropping(info, folders, options);
  std::vector<Photo>& photos = cropping.photos;
  if (!std::ranges::all_of(photos, &Photo::for_validation)) {
    std::erase_if(photos, [](const Photo& photo) { return photo.for_validation; });
  }
  return CropInTurns(cropping, {});
}

HeldOutSet ReadHeldOutSet(const ModelInfo& info, const std::vector<fs::path>& folders,
                          const CalibrationOptions& options, const CalibrationSet& fitted) {
  Cropping cropping(info, folders, options);
  const bool trained = options.validation_every > 0;
  const auto seen_by = [&](const Photo& photo) { return SeenPhoto(photo, trained, fitted); };
  HeldOutSet set;
  set.seen_by = std::ranges::min(cropping.photos | std::views::transform(seen_by));
  std::erase_if(cropping.photos, [&](const Photo& photo) { return seen_by(photo) != set.seen_by; });
  set.crops = CropInTurns(cropping, fitted);
  if (trained && set.seen_by == SeenBy::kFit) set.seen_by = SeenBy::kTraining;  // by both
  return set;
}

}  // namespace winnow
