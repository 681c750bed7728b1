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

// The window of at most width x height in which neighbouring samples differ most; its corners and
// extent are multiples of `step`. The image must be at least step x step.
Rect FindDetail(const Image& image, int width, int height, int step);

// Views of the part of a pair with the most detail, all of the target's size: the input (for
// scales above 1 enlarged by repeating pixels, and bicubically), the restored pictures, the truth.
// Lossless. Errors: ReadPair's, those of restoring.
CropPicture MakeCrops(const EvalPair& pair, int scale, const std::vector<Restorer>& restorers);

}  // namespace winnow
