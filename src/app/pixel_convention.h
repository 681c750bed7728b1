// What numbers a network takes for black and white, where its file does not say.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/model.h"

namespace winnow {

// "0..1", "0..255", "-0.5..0.5" and "-1..1".
std::vector<std::string> PixelConventions();

// Makes the model's info (and for -1..1 its graph) take pictures this way; its pixel range and mean
// are overwritten. Errors: kInvalidArgument, listing the conventions.
void ApplyConvention(const std::string& convention, Model& model);

// "0..1" and "0..255": what TakingPictures can make a network take.
std::vector<std::string> PictureRanges();

// The model with its pixels converted inside its graph, so that it takes and gives numbers of this
// range, without a mean; the order of colours stays. Errors: kInvalidArgument, listing the ranges.
Model TakingPictures(const std::string& range, Model model);

struct ConventionTrial {
  std::string convention;
  double psnr = 0;  // dB; of a smooth picture whose enlargement is known
};

// A restored smooth picture is that picture, enlarged: runs the model by every convention, best
// first. The model's info must be right but for range and mean.
std::vector<ConventionTrial> TryConventions(const Model& model);

// The convention that the trials leave no doubt about: good by itself, and clearly better than the
// others; one that is not centred on grey is believed sooner, being the usual one.
std::optional<std::string> ClearConvention(const std::vector<ConventionTrial>& trials);

}  // namespace winnow
