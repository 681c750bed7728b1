// Quality of a model on pictures kept out of its training.
#pragma once

#include <string>
#include <vector>

#include "graph/model.h"
#include "image/image.h"
#include "training/pictures.h"
#include "training/torch_session.h"

namespace winnow {

// The whole picture `input` (8-bit RGB) through the model, clamped and rounded.
Image RunOnPicture(TorchSession& session, const ModelInfo& info, const Image& input);

// "y-shaveS" for a network of scale S > 1, "rgb" for one that keeps the extent.
std::string ValidationProtocol(const ModelInfo& info);

// Mean PSNR in dB over `pairs`, by ValidationProtocol.
double ValidationPsnr(const Model& model, const std::vector<PicturePair>& pairs,
                      const TorchOptions& options);

}  // namespace winnow
