#include "app/lpips.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "formats/import.h"
#include "graph/builder.h"

namespace winnow {
namespace {

constexpr int kStages = 5;
constexpr int kSmallest = 32;  // pixels a side, for which every stage has a result

// The first convolution of AlexNet looks at 11x11 pixels in steps of 4. On blocks of 4x4 pixels, a
// channel each, that is a 3x3 convolution of stride 1, for which there are fast kernels; its taps
// 11 are zero.
constexpr int kFirst = 11;
constexpr int kPad = 2;
constexpr int kBlock = 4;
constexpr int kTaps = 3;                       // blocks a side
constexpr int kBlocked = 3 * kBlock * kBlock;  // channels
constexpr char kFirstWeight[] = "features.0.weight";

// The channel of a block that has colour c of its pixel (y, x).
int BlockChannel(int c, int y, int x) { return (c * kBlock + y) * kBlock + x; }

// Normalised pixels in blocks, with the padding.
Tensor Blocks(const Image& image) {
  constexpr float kShift[] = {-0.030f, -0.088f, -0.188f}, kScale[] = {0.458f, 0.448f, 0.450f};
  const Tensor picture = ColourToTensor(image, {0, 0, image.width(), image.height()}, 1.0f);
  const auto blocks = [](std::int64_t extent) {
    return (extent + 2 * kPad - kFirst) / kBlock + kTaps;
  };
  Tensor result({kBlocked, blocks(picture.dim(1)), blocks(picture.dim(2))});
  const std::int64_t rows = std::min(picture.dim(1), result.dim(1) * kBlock - kPad);
  const std::int64_t columns = std::min(picture.dim(2), result.dim(2) * kBlock - kPad);
  for (int c = 0; c < 3; ++c) {
    const float scale = 2 / kScale[c];  // 0..1 to -1..1 first
    const float shift = (-1 - kShift[c]) / kScale[c];
    for (std::int64_t y = 0; y < rows; ++y) {
      const auto [block_y, in_y] = std::div(y + kPad, std::int64_t{kBlock});
      for (std::int64_t x = 0; x < columns; ++x) {
        const auto [block_x, in_x] = std::div(x + kPad, std::int64_t{kBlock});
        const int channel = BlockChannel(c, static_cast<int>(in_y), static_cast<int>(in_x));
        result.Row(channel, block_y)[block_x] = picture.Row(c, y)[x] * scale + shift;
      }
    }
  }
  return result;
}

// The weight [out, 3, 11, 11] for blocks.
Tensor OnBlocks(const Tensor& weight) {
  Tensor result({weight.dim(0), kBlocked, kTaps, kTaps});
  for (std::int64_t i = 0; i < weight.size(); ++i) {
    const int x = static_cast<int>(i % kFirst);
    const int y = static_cast<int>(i / kFirst % kFirst);
    const int c = static_cast<int>(i / (kFirst * kFirst) % 3);
    const std::int64_t out = i / (kFirst * kFirst * 3);
    const int channel = BlockChannel(c, y % kBlock, x % kBlock);
    const std::int64_t place = (out * kBlocked + channel) * kTaps * kTaps;
    result.data[place + y / kBlock * kTaps + x / kBlock] = weight.data[i];
  }
  return result;
}

// Of blocks; its outputs are the stages, after their ReLUs.
Model AlexNet() {
  GraphBuilder g;
  std::vector<NodeId> stages;
  const auto stage = [&](NodeId x, const std::string& name, int channels, ConvOptions options) {
    stages.push_back(g.Apply(Relu{}, {g.Conv(x, name, channels, options)}));
    return stages.back();
  };
  const auto halve = [&](NodeId x) { return g.Apply(Pool{PoolKind::kMax, 3, 2, {}}, {x}); };
  NodeId x = stage(g.Input(kBlocked), "features.0", 64, {.kernel = kTaps, .pad = 0});
  x = stage(halve(x), "features.3", 192, {.kernel = 5});
  x = stage(halve(x), "features.6", 384, {});
  x = stage(x, "features.8", 256, {});
  stage(x, "features.10", 256, {});
  Model model;
  model.info.name = "lpips";
  model.graph = g.Finish(stages);
  return model;
}

const Tensor& Require(const TensorFile& file, const std::string& name, const std::string& key,
                      const Shape& shape) {
  const auto found = file.tensors.find(key);
  if (found != file.tensors.end() && found->second.shape == shape) return found->second;
  throw Error(ErrorKind::kInvalidArgument, name + ": tensor '" + key + "' of shape " +
                                               ToString(shape) +
                                               " is missing; give LPIPS weights (AlexNet)");
}

Model ReadAlexNet(const TensorFile& file, const std::string& name) {
  TensorFile on_blocks = file;
  on_blocks.tensors[kFirstWeight] =
      OnBlocks(Require(file, name, kFirstWeight, {64, 3, kFirst, kFirst}));
  Model model = AlexNet();
  LoadWeights(on_blocks, name, model);
  return model;
}

std::vector<Tensor> ReadStageWeights(const TensorFile& file, const std::string& name) {
  constexpr int kChannels[kStages] = {64, 192, 384, 256, 256};
  std::vector<Tensor> weights;
  for (int i = 0; i < kStages; ++i) {
    const std::string key = "lin" + std::to_string(i) + ".weight";
    weights.push_back(Require(file, name, key, {1, kChannels[i], 1, 1}));
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

std::vector<Tensor> Lpips::Features(const Image& image) { return session_.RunAll(Blocks(image)); }

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
