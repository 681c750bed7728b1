// Pictures with a known right answer.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "image/image.h"

namespace winnow {

struct EvalPair {
  std::string name;             // file name of the target without its extension, see FindEvalSet
  std::filesystem::path input;  // empty: the target, shrunk bicubically
  std::filesystem::path target;
};

struct EvalSet {
  std::string name;
  std::vector<EvalPair> pairs;  // in name order
};

// Understands these layouts of `folder`: HR/ with LR_bicubic/X{scale}/{name}x{scale}.* (the
// published super-resolution sets), those of FindDeblurringPairs with inputs in `blurred` (same
// file names; pairs of a sequence are called SEQUENCE/NAME), and a flat folder of sharp pictures.
// Errors: kNotFound (folder, a picture without its partner, inputs of this scale), kInvalidArgument
// (no picture; a folder that holds no deblurring pairs with scale 1).
EvalSet FindEvalSet(const std::filesystem::path& folder, int scale,
                    const std::string& blurred = "blur");

struct EvalImages {
  Image input;
  Image target;
};
// Target and input of a pair; a target whose input has to be made is first cropped to multiples of
// `scale`. Errors: the codec's.
EvalImages ReadPair(const EvalPair& pair, int scale);

}  // namespace winnow
