// Parts of photographs as a network sees them, for methods that look at a few of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "graph/model.h"
#include "image/image.h"
#include "tensor/tensor.h"

namespace winnow {

struct CalibrationOptions {
  int count = 24;   // of crops
  int extent = 64;  // pixels a side of the network's input, rounded up to what the network takes
  std::uint64_t seed = 1;
  // Training follows, which keeps every such picture of a folder for validation; 0: none follows.
  int validation_every = 0;
};

struct CropPlace {
  std::filesystem::path file = {};
  Rect rect = {};  // in the network's input
};

struct CalibrationSet {
  std::vector<Tensor> inputs;     // [channels, extent, extent]
  std::vector<Tensor> targets;    // the sharp pictures, scale times as large; none at scale 1
  std::vector<CropPlace> places;  // of the inputs
  int pictures = 0;               // that the crops come from
};

// Crops at random places of the pictures in `folders`, in random order and each used again only
// after all others; those that are too small are left out, and those for validation where there are
// others. For scales above 1 the inputs are made bicubically. The same for the same seed and files.
// Errors: kNotFound (folder), kInvalidArgument (no picture, or none that is large enough), the
// codec's.
CalibrationSet ReadCalibrationSet(const ModelInfo& info,
                                  const std::vector<std::filesystem::path>& folders,
                                  const CalibrationOptions& options);

// What has seen pictures that a model is measured on; kTraining: all of them, kFit: other places.
enum class SeenBy { kNothing, kTraining, kFit };

struct HeldOutSet {
  CalibrationSet crops;
  SeenBy seen_by = SeenBy::kNothing;
};

// Crops to measure on, as ReadCalibrationSet makes them, that have nothing in common with those of
// `fitted`: of pictures that neither it nor training has seen; where there are none, of pictures
// that only training has seen; else of other places of the pictures of `fitted`, which may have no
// room for any. Errors: as ReadCalibrationSet's.
HeldOutSet ReadHeldOutSet(const ModelInfo& info, const std::vector<std::filesystem::path>& folders,
                          const CalibrationOptions& options, const CalibrationSet& fitted);

}  // namespace winnow
