// Parts of photographs as a network sees them, for methods that look at a few of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

struct CalibrationOptions {
  int count = 24;   // of crops
  int extent = 64;  // pixels a side of the network's input, rounded up to what the network takes
  std::uint64_t seed = 1;
};

struct CalibrationSet {
  std::vector<Tensor> inputs;   // [channels, extent, extent]
  std::vector<Tensor> targets;  // the sharp pictures, scale times as large; none at scale 1
  int pictures = 0;             // that the crops come from
};

// Crops at random places of the pictures in `folders`, in random order and each used again only
// after all others; those that are too small are left out. For scales above 1 the inputs are made
// bicubically. The same for the same seed and files. Errors: kNotFound (folder), kInvalidArgument
// (no picture, or none that is large enough), the codec's.
CalibrationSet ReadCalibrationSet(const ModelInfo& info,
                                  const std::vector<std::filesystem::path>& folders,
                                  const CalibrationOptions& options);

}  // namespace winnow
