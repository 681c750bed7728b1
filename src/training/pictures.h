// The pictures of a recipe, in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "image/image.h"
#include "training/recipe.h"

namespace winnow {

// What the network sees and what it should make of it: 8-bit RGB, the target's extent is `scale`
// times the input's. An input that is blurred anew for each patch is empty, and so is a target that
// only a teacher knows.
struct PicturePair {
  std::string name;
  Image input;
  Image target;
};

struct Pictures {
  std::vector<PicturePair> training;
  std::vector<PicturePair> validation;
  // One line a picture that was left out, saying why.
  std::vector<std::string> notes;
};

// Reads every picture of the recipe's folders, in name order. Sharp pictures are cropped to a
// multiple of `scale` and their inputs made by ResizeBicubic; at scale 1 those for training get
// none, and those for validation are blurred with a seed that is their number in the list. Those
// whose input would be smaller than `patch` are left out, and validation pictures too small to
// compare. Of `photos`, those for validation are cut to their middle. Errors: kNotFound (a folder
// or the partner of a picture), kInvalidArgument (no picture left, extents that do not match, no
// pairs in a folder of pairs, `hr` at scale 1 without `blur` or `blur` at another), and
// ReadImage's.
Pictures LoadPictures(const DataRecipe& recipe, int scale, int patch, int threads);

// A fingerprint of the training pictures' pixels, as 16 hexadecimal digits.
std::string DigestOf(const std::vector<PicturePair>& pairs);

}  // namespace winnow
