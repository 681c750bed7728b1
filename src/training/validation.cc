#include "training/validation.h"

#include <algorithm>

#include "base/rounding.h"
#include "image/quality.h"

namespace winnow {
namespace {

// Repeats the last column and row up to the extent the network needs.
Image PadPicture(const Image& image, int multiple) {
  Image padded(RoundUp(image.width(), multiple), RoundUp(image.height(), multiple),
               image.channels());
  for (int y = 0; y < padded.height(); ++y) {
    for (int x = 0; x < padded.width(); ++x) {
      for (int c = 0; c < image.channels(); ++c) {
        padded.set(y, x, c,
                   image.at(std::min(y, image.height() - 1), std::min(x, image.width() - 1), c));
      }
    }
  }
  return padded;
}

void SwapRedBlue(Tensor& picture) {
  std::swap_ranges(picture.Row(0, 0), picture.Row(1, 0), picture.Row(2, 0));
}

void AddToChannels(const std::vector<float>& values, float sign, Tensor& picture) {
  const std::int64_t plane = picture.dim(1) * picture.dim(2);
  for (std::int64_t i = 0; i < picture.size(); ++i) picture.data[i] += sign * values[i / plane];
}

}  // namespace

Image RunOnPicture(TorchSession& session, const ModelInfo& info, const Image& input) {
  const Image padded = PadPicture(input, info.size_multiple);
  Tensor numbers =
      ColourToTensor(padded, {0, 0, padded.width(), padded.height()}, info.pixel_range);
  if (info.colour == "bgr") SwapRedBlue(numbers);
  AddToChannels(info.mean, -1, numbers);
  Tensor result = session.Run(numbers);
  AddToChannels(info.mean, 1, result);
  if (info.colour == "bgr") SwapRedBlue(result);
  Image output(input.width() * info.scale, input.height() * info.scale, 3);
  TensorToColour(result, 0, 0, info.pixel_range, {0, 0, output.width(), output.height()}, output);
  return output;
}

std::string ValidationProtocol(const ModelInfo& info) {
  return info.scale > 1 ? "y-shave" + std::to_string(info.scale) : "rgb";
}

double ValidationPsnr(const Model& model, const std::vector<PicturePair>& pairs,
                      const TorchOptions& options) {
  TorchSession session(model, options);
  const Protocol protocol = ParseProtocol(ValidationProtocol(model.info));
  double sum = 0;
  for (const PicturePair& pair : pairs) {
    sum += Compare(RunOnPicture(session, model.info, pair.input), pair.target, protocol).psnr;
  }
  return sum / static_cast<double>(pairs.size());
}

}  // namespace winnow
