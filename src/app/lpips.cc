#include "app/lpips.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "formats/import.h"
#include "graph/builder.h"

namespace winnow {
namespace {

constexpr int kStages = 5;
constexpr int kSmallest = 32;  // pixels a side, for which every stage has a result

// Its outputs are the stages, after their ReLUs. Samples in 0..1.
Model AlexNet() {
  constexpr float kShift[] = {-0.030f, -0.088f, -0.188f}, kScale[] = {0.458f, 0.448f, 0.450f};
  ScaleShift normalise;
  for (int c = 0; c < 3; ++c) {
    normalise.scale.push_back(2 / kScale[c]);  // 0..1 to -1..1 first
    normalise.shift.push_back((-1 - kShift[c]) / kScale[c]);
  }
  GraphBuilder g;
  std::vector<NodeId> stages;
  const auto stage = [&](NodeId x, const std::string& name, int channels, ConvOptions options) {
    stages.push_back(g.Apply(Relu{}, {g.Conv(x, name, channels, options)}));
    return stages.back();
  };
  const auto halve = [&](NodeId x) { return g.Apply(Pool{PoolKind::kMax, 3, 2, {}}, {x}); };
  NodeId x = g.Apply(normalise, {g.Input(3)});
  x = stage(x, "features.0", 64, {.kernel = 11, .stride = 4, .pad = 2});
  x = stage(halve(x), "features.3", 192, {.kernel = 5});
  x = stage(halve(x), "features.6", 384, {});
  x = stage(x, "features.8", 256, {});
  stage(x, "features.10", 256, {});
  Model model;
  model.info.name = "lpips";
  model.graph = g.Finish(stages);
  return model;
}

Model ReadAlexNet(const TensorFile& file, const std::string& name) {
  Model model = AlexNet();
  LoadWeights(file, name, model);
  return model;
}

std::vector<Tensor> ReadStageWeights(const TensorFile& file, const std::string& name) {
  constexpr int kChannels[kStages] = {64, 192, 384, 256, 256};
  std::vector<Tensor> weights;
  for (int i = 0; i < kStages; ++i) {
    const std::string key = "lin" + std::to_string(i) + ".weight";
    const Shape shape = {1, kChannels[i], 1, 1};
    const auto found = file.tensors.find(key);
    if (found == file.tensors.end() || found->second.shape != shape) {
      throw Error(ErrorKind::kInvalidArgument, name + ": tensor '" + key + "' of shape " +
                                                   ToString(shape) +
                                                   " is missing; give LPIPS weights (AlexNet)");
    }
    weights.push_back(found->second);
  }
  return weights;
}

// 1 / length of the vector of channels, by pixel.
std::vector<double> InverseLengths(const Tensor& features) {
  const std::int64_t plane = features.dim(1) * features.dim(2);
  std::vector<double> lengths(plane);
  for (std::int64_t i = 0; i < features.size(); ++i) {
    lengths[i % plane] += double{features.data[i]} * features.data[i];
  }
  for (double& length : lengths) length = 1 / (std::sqrt(length) + 1e-10);
  return lengths;
}

// Mean over the pixels of the weighted squares of differences between vectors of length 1.
double StageDistance(const Tensor& a, const Tensor& b, const Tensor& weights) {
  const std::int64_t plane = a.dim(1) * a.dim(2);
  const std::vector<double> of_a = InverseLengths(a), of_b = InverseLengths(b);
  double sum = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const std::int64_t pixel = i % plane;
    const double difference = a.data[i] * of_a[pixel] - b.data[i] * of_b[pixel];
    sum += weights.data[i / plane] * difference * difference;
  }
  return sum / static_cast<double>(plane);
}

}  // namespace

Lpips::Lpips(const std::filesystem::path& weights, int threads)
    : Lpips(ReadSafetensors(weights), weights.string(), threads) {}

Lpips::Lpips(const TensorFile& file, const std::string& name, int threads)
    : stage_weights_(ReadStageWeights(file, name)),
      session_(ReadAlexNet(file, name), {.threads = threads, .kernels = KernelChoice::kHighway}) {}

std::vector<Tensor> Lpips::Features(const Image& image) {
  return session_.RunAll(ColourToTensor(image, {0, 0, image.width(), image.height()}, 1.0f));
}

double Lpips::Distance(const Image& image, const Image& reference) {
  if (image.width() != reference.width() || image.height() != reference.height() ||
      std::min(image.width(), image.height()) < kSmallest) {
    throw Error(ErrorKind::kInvalidArgument,
                "LPIPS compares pictures of equal extents of at least " +
                    std::to_string(kSmallest) + " pixels a side, not " +
                    std::to_string(image.width()) + "x" + std::to_string(image.height()) + " and " +
                    std::to_string(reference.width()) + "x" + std::to_string(reference.height()));
  }
  const std::vector<Tensor> a = Features(image), b = Features(reference);
  double distance = 0;
  for (int i = 0; i < kStages; ++i) distance += StageDistance(a[i], b[i], stage_weights_[i]);
  return distance;
}

}  // namespace winnow
