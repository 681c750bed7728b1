#include "app/evaluate.h"

#include <chrono>

#include "base/error.h"

namespace winnow {
namespace {

Image CropToMatch(const Image& target, const Image& restored, int scale, const EvalPair& pair) {
  const int extra_columns = target.width() - restored.width();
  const int extra_rows = target.height() - restored.height();
  if (extra_columns < 0 || extra_columns >= scale || extra_rows < 0 || extra_rows >= scale) {
    throw Error(ErrorKind::kInvalidArgument,
                pair.target.string() + ": is " + std::to_string(target.width()) + "x" +
                    std::to_string(target.height()) + ", but its restored input is " +
                    std::to_string(restored.width()) + "x" + std::to_string(restored.height()));
  }
  return Crop(target, {0, 0, restored.width(), restored.height()});
}

EvalRow EvaluatePair(const EvalPair& pair, int scale, const Protocol& protocol,
                     const std::function<Image(const Image&)>& restore, Lpips* lpips) {
  const EvalImages images = ReadPair(pair, scale);
  const auto start = std::chrono::steady_clock::now();
  const Image restored = restore(images.input);
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  const Image target = CropToMatch(images.target, restored, scale, pair);
  EvalRow row = {pair.name, Compare(restored, target, protocol), {}, elapsed.count()};
  if (lpips) row.lpips = lpips->Distance(restored, target);
  return row;
}

}  // namespace

EvalReport Evaluate(const EvalSet& set, int scale, const Protocol& protocol,
                    const std::function<Image(const Image&)>& restore, const EvalOptions& options) {
  EvalReport report;
  report.mean.name = "mean";
  const double count = static_cast<double>(set.pairs.size());
  for (const EvalPair& pair : set.pairs) {
    if (options.stop && *options.stop) throw Error(ErrorKind::kInterrupted, "interrupted");
    const EvalRow row = EvaluatePair(pair, scale, protocol, restore, options.lpips);
    report.mean.quality.psnr += row.quality.psnr / count;
    report.mean.quality.ssim += row.quality.ssim / count;
    if (row.lpips) report.mean.lpips = report.mean.lpips.value_or(0) + *row.lpips / count;
    report.mean.ms += row.ms / count;
    report.rows.push_back(row);
    if (options.on_row) options.on_row(row);
  }
  return report;
}

Protocol UsualProtocol(int scale) {
  return scale == 1 ? Protocol{.luminance = false, .shave = 0}
                    : Protocol{.luminance = true, .shave = scale};
}

}  // namespace winnow
