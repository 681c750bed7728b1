// Between the samples of a picture and the numbers of a network: colour order, range and mean.
#pragma once

#include "graph/model.h"
#include "image/image.h"
#include "tensor/tensor.h"

namespace winnow {

// Alpha is run through the network as a grey picture.
enum class Plane { kColour, kAlpha };

// The part `rect` of a plane as network input [channels, h, w]: channels in the order of
// info.colour, times pixel_range, minus the mean. "y" is the BT.601 luminance in studio range
// (16..235 of 255), as luminance networks of the literature take it.
Tensor PlaneToInput(const ModelInfo& info, const Image& image, const Rect& rect, Plane plane);

// The inverse for a network output: writes its part from (top, left) on into `rect` of `result`.
// For "y", `result` must hold the picture already, resampled to its extent: only its luminance is
// replaced.
void OutputToPlane(const ModelInfo& info, Tensor output, int top, int left, const Rect& rect,
                   Plane plane, Image& result);

}  // namespace winnow
