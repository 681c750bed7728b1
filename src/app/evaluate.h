// Measuring the quality of a restoration on a set with known answers.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/eval_set.h"
#include "app/lpips.h"
#include "image/image.h"
#include "image/quality.h"

namespace winnow {

struct EvalRow {
  std::string name;
  Quality quality;
  std::optional<double> lpips = {};  // of the whole pictures; absent where not asked for
  double ms = 0;                     // of restoring alone, without reading and comparing
};

struct EvalReport {
  std::vector<EvalRow> rows;
  EvalRow mean;  // means of the rows' figures
};

struct EvalOptions {
  std::function<void(const EvalRow&)> on_row;
  const std::atomic<bool>* stop = nullptr;
  Lpips* lpips = nullptr;  // adds LPIPS to the rows
};

// Runs `restore`, which enlarges `scale` times, over the set. A target that is larger than its
// restored picture by less than the scale is cropped. Errors: kInvalidArgument naming the picture
// when extents disagree; the codec's; kInterrupted.
EvalReport Evaluate(const EvalSet& set, int scale, const Protocol& protocol,
                    const std::function<Image(const Image&)>& restore,
                    const EvalOptions& options = {});

// The protocol usual for a scale: "y-shaveS" for super-resolution, "rgb" for scale 1.
Protocol UsualProtocol(int scale);

}  // namespace winnow
