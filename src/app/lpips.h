// LPIPS: how different two pictures look, by the features of a trained network.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/session.h"
#include "formats/safetensors.h"
#include "image/image.h"

namespace winnow {

// LPIPS v0.1 on AlexNet (Zhang et al., The Unreasonable Effectiveness of Deep Features as a
// Perceptual Metric, CVPR 2018), run by our engine.
class Lpips {
 public:
  // Weights as safetensors: features.{0,3,6,8,10}.{weight,bias} of torchvision's AlexNet and
  // lin{0..4}.weight [1, channels, 1, 1]. Errors: ReadSafetensors's, LoadWeights's.
  Lpips(const std::filesystem::path& weights, int threads);

  // 0 for equal pictures, about 1 for unlike ones. Alpha does not count, grey is replicated to RGB.
  // Errors: kInvalidArgument for extents that differ or a side below 32 pixels.
  double Distance(const Image& image, const Image& reference);

 private:
  Lpips(const TensorFile& file, const std::string& name, int threads);
  std::vector<Tensor> Features(const Image& image);

  std::vector<Tensor> stage_weights_;  // [1, channels, 1, 1] each
  Session session_;
};

}  // namespace winnow
