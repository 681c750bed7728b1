#include "cli/compress_quality.h"

#include <algorithm>

#include "app/summary.h"
#include "engine/session.h"
#include "tensor/tensor.h"

namespace winnow {
namespace {

std::vector<Tensor> RunAll(const Model& model, const std::vector<Tensor>& inputs, int threads) {
  Session session(model, {.threads = threads});
  std::vector<Tensor> outputs;
  for (const Tensor& input : inputs) outputs.push_back(session.Run(input));
  return outputs;
}

double Psnr(const std::vector<Tensor>& outputs, const std::vector<Tensor>& wanted, float range) {
  double sum = 0;
  double samples = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    sum += SquaredDifference(outputs[i], wanted[i]);
    samples += static_cast<double>(outputs[i].size());
  }
  return Decibels(sum / samples, range);
}

// To what a picture can hold.
void ClampToPictures(const ModelInfo& info, std::vector<Tensor>& outputs) {
  for (Tensor& output : outputs) {
    const std::int64_t plane = output.dim(1) * output.dim(2);
    for (std::int64_t k = 0; k < output.size(); ++k) {
      const float mean = info.mean[k / plane];
      output.data[k] = std::clamp(output.data[k], -mean, info.pixel_range - mean);
    }
  }
}

}  // namespace

HeldOutSet ReadHeldOutSet(CompressArguments& arguments, const ModelInfo& dense,
                          const CalibrationSet& fitted) {
  HeldOutSet set = ReadHeldOutSet(dense, {arguments.data.begin(), arguments.data.end()},
                                  arguments.calibration, fitted);
  if (set.crops.inputs.empty()) {
    arguments.console.Warning(
        "the model is not measured: the pictures have no room for crops beside those that it was "
        "fitted to; give more or larger ones, or a smaller --crop-size");
  }
  return set;
}

void Evaluate(const Model& dense, const Model& compressed, const HeldOutSet& set, int threads,
              CompressReport& report) {
  for (const Tensor& tensor : compressed.weights) {
    report.params += tensor.size();
    report.nonzero_params += CountNonzero(tensor);
  }
  const float range = dense.info.pixel_range;
  report.pixel_range = range;
  const CalibrationSet& crops = set.crops;
  if (crops.inputs.empty()) return;
  report.measured_on = {static_cast<int>(crops.inputs.size()), crops.pictures, set.seen_by};
  std::vector<Tensor> before = RunAll(dense, crops.inputs, threads);
  std::vector<Tensor> after = RunAll(compressed, crops.inputs, threads);
  report.psnr_to_dense = Psnr(after, before, range);
  if (crops.targets.empty()) return;
  ClampToPictures(dense.info, before);
  ClampToPictures(dense.info, after);
  report.psnr_dense = Psnr(before, crops.targets, range);
  report.psnr_compressed = Psnr(after, crops.targets, range);
}

}  // namespace winnow
