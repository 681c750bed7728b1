// Random training patches.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.h"
#include "graph/model.h"
#include "image/exposure.h"
#include "training/pictures.h"

namespace winnow {

// Patches that are drawn several times, because blurring takes long. They are numbered; `held` of
// them are there to draw from, and one of them makes room for the next after each `times` draws.
struct PatchReuse {
  int times = 1;  // on average; 1: each draw is a new patch
  int held = 1;
  std::uint64_t seed = 1;  // with its number it decides a patch
};

// Where patches go, one behind the other.
struct PatchArrays {
  float* input;   // [count][patch][patch][3], network numbers
  float* target;  // [count][patch * scale][patch * scale][3]; null: the pictures have none
  // [count][patch / 8][patch / 8][3], the BlurShape in the middle of each 8x8 pixels; not a number
  // where a pair brought its own input. Null: not wanted.
  float* motion = nullptr;
};

// Patches of random place, flip and transposition, larger pictures more often in proportion to
// their area. Those of pairs without an input are blurred, each in a way of its own.
class PatchSampler {
 public:
  // `pairs` must outlive the sampler; inputs at least `patch` wide and high. `info` tells scale,
  // range and mean. `blur` is needed where a pair has no input.
  PatchSampler(const std::vector<PicturePair>& pairs, const ModelInfo& info, int patch,
               const std::optional<BlurOptions>& blur = std::nullopt,
               const PatchReuse& reuse = PatchReuse());

  // The patches there are to draw from once `draws` were drawn; nothing without reuse.
  void MoveTo(std::int64_t draws) { oldest_ = draws / reuse_.times; }

  // The same whatever the number of threads.
  void Fill(Random& random, int count, const PatchArrays& arrays, int threads = 1);

 private:
  struct Placement;
  struct Held {
    std::int64_t number = -1;
    Image blurred;
  };
  struct Extent {
    int width;
    int height;
  };
  Extent InputExtent(const PicturePair& pair) const;
  Placement Draw(Random& random) const;
  Placement DrawHeld(Random& random) const;
  Image BlurredPatch(const Placement& place) const;
  void BlurHeld(const std::vector<Placement>& places, int threads);
  void CopyPatch(const Image& image, const Placement& place, int scale, float* out) const;
  void CopyPair(const Placement& place, const PatchArrays& arrays) const;
  void CopyMotion(const Placement& place, float* out) const;

  const std::vector<PicturePair>& pairs_;
  int scale_;
  int patch_;
  std::optional<BlurOptions> blur_;
  PatchReuse reuse_;
  std::int64_t oldest_ = 0;                        // number of the oldest patch to draw from
  std::vector<Held> held_;                         // patch k at k % held
  std::vector<std::uint64_t> area_up_to_;          // input pixels of pictures 0..i
  std::array<std::array<float, 256>, 3> numbers_;  // by network channel and sample
  std::array<int, 3> channel_;                     // of the picture, by network channel
};

}  // namespace winnow
