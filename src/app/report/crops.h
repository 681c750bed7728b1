// The same part of a picture as several methods restore it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/eval_set.h"
#include "app/report/report.h"
#include "image/image.h"

namespace winnow {

struct Restorer {
  std::string name;
  std::function<Image(const Image&)> restore;
};

// What can be had without a network: bicubic enlargement, or at scale 1 the input as it is.
Restorer Baseline(int scale);

// The window of at most width x height in which the images, of one extent, differ most; its corners
// and extent are multiples of `step`. The images must be at least step x step.
Rect FindDifference(const Image& a, const Image& b, int width, int height, int step);

// Views of a part of a pair, all of the target's size: the input (for scales above 1 enlarged by
// repeating pixels, and bicubically), the restored pictures, the truth. It is the part where the
// first restored picture is furthest from the baseline (where there is none, the truth): where most
// is done about blur or missing detail. Lossless. Errors: ReadPair's, those of restoring.
CropPicture MakeCrops(const EvalPair& pair, int scale, const std::vector<Restorer>& restorers);

}  // namespace winnow
