#include "training/patch_sampler.h"

#include <algorithm>
#include <limits>

#include "base/parallel.h"
#include "networks/motion_sense.h"

namespace winnow {

// Where a patch lies in the input picture (x, y) and how it is turned: transposed first, then
// mirrored.
struct PatchSampler::Placement {
  const PicturePair* pair;
  int x;
  int y;
  bool transpose;
  bool mirror_x;
  bool mirror_y;
  std::uint64_t blur_seed;
  std::int64_t number = -1;  // of a held patch

  // How the rows of the turned patch run through the picture's part of `extent` x `extent`: from
  // where, and steps there for one step right and one down.
  struct Walk {
    struct Step {
      int x;
      int y;
    };
    Step from, right, down;
  };
  Walk Through(int extent) const {
    Walk walk = {{0, 0}, {1, 0}, {0, 1}};
    if (transpose) std::swap(walk.right, walk.down);
    const auto turn_round = [&](Walk::Step& step) {
      walk.from.x += (extent - 1) * step.x;
      walk.from.y += (extent - 1) * step.y;
      step = {-step.x, -step.y};
    };
    if (mirror_x) turn_round(walk.right);
    if (mirror_y) turn_round(walk.down);
    return walk;
  }

  void Turn(Random& random) {
    transpose = random.Coin();
    mirror_x = random.Coin();
    mirror_y = random.Coin();
  }
};

PatchSampler::PatchSampler(const std::vector<PicturePair>& pairs, const ModelInfo& info, int patch,
                           const std::optional<BlurOptions>& blur, const PatchReuse& reuse)
    : pairs_(pairs),
      scale_(info.scale),
      patch_(patch),
      blur_(blur),
      reuse_(reuse),
      held_(reuse.times > 1 ? reuse.held : 0) {
  std::uint64_t area = 0;
  for (const PicturePair& pair : pairs) {
    const Extent extent = InputExtent(pair);
    area += static_cast<std::uint64_t>(extent.width) * extent.height;
    area_up_to_.push_back(area);
  }
  for (int c = 0; c < 3; ++c) {
    channel_[c] = info.colour == "bgr" ? 2 - c : c;
    for (int sample = 0; sample < 256; ++sample) {
      numbers_[c][sample] = sample / 255.0f * info.pixel_range - info.mean[c];
    }
  }
}

PatchSampler::Extent PatchSampler::InputExtent(const PicturePair& pair) const {
  if (pair.target.size_bytes() == 0) return {pair.input.width(), pair.input.height()};
  return {pair.target.width() / scale_, pair.target.height() / scale_};
}

PatchSampler::Placement PatchSampler::Draw(Random& random) const {
  const std::uint64_t pixel = random.Below(area_up_to_.back());
  const auto found = std::upper_bound(area_up_to_.begin(), area_up_to_.end(), pixel);
  Placement place;
  place.pair = &pairs_[found - area_up_to_.begin()];
  const Extent extent = InputExtent(*place.pair);
  place.x = static_cast<int>(random.Below(extent.width - patch_ + 1));
  place.y = static_cast<int>(random.Below(extent.height - patch_ + 1));
  place.Turn(random);
  place.blur_seed = place.pair->input.size_bytes() == 0 ? random.Next() : 0;
  return place;
}

// The place of one of the held patches, turned anew.
PatchSampler::Placement PatchSampler::DrawHeld(Random& random) const {
  const std::int64_t number = oldest_ + static_cast<std::int64_t>(random.Below(held_.size()));
  Random own(reuse_.seed + 0x9e3779b97f4a7c15 * static_cast<std::uint64_t>(number + 1));
  Placement place = Draw(own);
  place.Turn(random);
  place.number = number;
  return place;
}

void PatchSampler::CopyPatch(const Image& image, const Placement& place, int scale,
                             float* out) const {
  const int extent = patch_ * scale;
  const auto bytes = [&](int x, int y) { return 3 * (std::ptrdiff_t{y} * image.width() + x); };
  const Placement::Walk walk = place.Through(extent);
  const std::ptrdiff_t right = bytes(walk.right.x, walk.right.y);
  const std::ptrdiff_t down = bytes(walk.down.x, walk.down.y);
  const std::uint8_t* const corner =
      image.data() + bytes(place.x * scale + walk.from.x, place.y * scale + walk.from.y);
  for (int y = 0; y < extent; ++y) {
    const std::uint8_t* pixel = corner + y * down;
    for (int x = 0; x < extent; ++x, pixel += right) {
      for (int c = 0; c < 3; ++c) *out++ = numbers_[c][pixel[channel_[c]]];
    }
  }
}

void PatchSampler::CopyPair(const Placement& place, const PatchArrays& arrays) const {
  float* const input = arrays.input;
  if (arrays.target != nullptr) CopyPatch(place.pair->target, place, scale_, arrays.target);
  if (arrays.motion != nullptr) CopyMotion(place, arrays.motion);
  if (place.pair->input.size_bytes() != 0) {
    CopyPatch(place.pair->input, place, 1, input);
    return;
  }
  Placement turned = place;
  turned.x = turned.y = 0;
  if (place.number < 0) {
    CopyPatch(BlurredPatch(place), turned, 1, input);
  } else {
    CopyPatch(held_[place.number % held_.size()].blurred, turned, 1, input);
  }
}

// The exposure is drawn once more, which takes nothing beside exposing it.
void PatchSampler::CopyMotion(const Placement& place, float* out) const {
  const int extent = patch_ / kMotionReduction;
  if (place.pair->input.size_bytes() != 0) {
    std::fill_n(out, 3 * extent * extent, std::numeric_limits<float>::quiet_NaN());
    return;
  }
  const Image& sharp = place.pair->target;
  Random random(place.blur_seed);
  const Exposure exposure = DrawExposure(*blur_, sharp.width(), sharp.height(),
                                         {place.x, place.y, patch_, patch_}, random);
  const BlurShapes shapes(exposure);
  const auto middle = [](int cell) { return (cell + 0.5) * kMotionReduction - 0.5; };
  // Transposing swaps the axes, and each mirror turns one of them round.
  const float straight = place.transpose ? -1 : 1;
  const float oblique = place.mirror_x != place.mirror_y ? -1 : 1;
  const Placement::Walk walk = place.Through(extent);
  for (int y = 0; y < extent; ++y) {
    for (int x = 0; x < extent; ++x) {
      const int column = walk.from.x + x * walk.right.x + y * walk.down.x;
      const int row = walk.from.y + x * walk.right.y + y * walk.down.y;
      const BlurShape shape = shapes.At(place.x + middle(column), place.y + middle(row));
      *out++ = shape.spread;
      *out++ = straight * shape.straight;
      *out++ = oblique * shape.oblique;
    }
  }
}

Image PatchSampler::BlurredPatch(const Placement& place) const {
  return Blur(place.pair->target, {place.x, place.y, patch_, patch_}, *blur_, place.blur_seed);
}

void PatchSampler::BlurHeld(const std::vector<Placement>& places, int threads) {
  std::vector<const Placement*> missing;
  for (const Placement& place : places) {
    if (place.pair->input.size_bytes() != 0) continue;
    Held& held = held_[place.number % held_.size()];
    if (held.number == place.number) continue;
    held.number = place.number;
    missing.push_back(&place);
  }
  ParallelFor(static_cast<int>(missing.size()), threads, [&](int i) {
    held_[missing[i]->number % held_.size()].blurred = BlurredPatch(*missing[i]);
  });
}

void PatchSampler::Fill(Random& random, int count, const PatchArrays& arrays, int threads) {
  const std::size_t input_size = std::size_t{3} * patch_ * patch_;
  const std::size_t target_size = input_size * scale_ * scale_;
  const std::size_t motion_size = input_size / (kMotionReduction * kMotionReduction);
  const auto part = [](float* all, std::size_t at) { return all == nullptr ? all : all + at; };
  std::vector<Placement> places;
  for (int i = 0; i < count; ++i) {
    places.push_back(held_.empty() ? Draw(random) : DrawHeld(random));
  }
  if (!held_.empty()) BlurHeld(places, threads);
  ParallelFor(count, threads, [&](int i) {
    CopyPair(places[i], {part(arrays.input, i * input_size), part(arrays.target, i * target_size),
                         part(arrays.motion, i * motion_size)});
  });
}

}  // namespace winnow
