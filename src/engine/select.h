// The one place that decides which kernel does a convolution.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "engine/cost_model.h"
#include "engine/session.h"
#include "kernels/conv/conv.h"
#include "kernels/winograd/winograd.h"

namespace winnow {

// The choice that the options or, where they leave it open, the environment variable WINNOW_KERNEL
// ("auto", "highway", "generated") make. Errors: kInvalidArgument when that is something else;
// kUnsupported when code is wanted that cannot be generated for `isa` here.
KernelChoice ChooseKernels(KernelChoice options, Isa isa);

// The kernels among which ChooseConv may choose, for tensors of `element`.
std::vector<ConvKernel> AllowedKernels(KernelChoice choice, Isa isa, const TapList& taps,
                                       Element element = Element::kFloat);

struct ConvChoice {
  ConvKernel kernel;
  int block = 1;    // input channels a block
  double cost = 0;  // estimate for one vector of places, in multiply-adds at the machine's peak
  // Of the others, the one that would run cheapest; empty where there is none.
  std::string rival;
  double rival_cost = 0;
  bool saves_code = false;  // the rival would run cheaper if its code were there
};

inline constexpr double kAnyNumberOfPlaces = std::numeric_limits<double>::infinity();

// The cheapest of `kernels` by `costs`. `reach` and `in` tell how much a tile touches. `places` is
// how many vectors of places generated code will do in its life, over which the time to make it is
// spread. Does not depend on what is left of the plane, only on strides.
ConvChoice ChooseConv(const std::vector<ConvKernel>& kernels, const TapList& taps,
                      const TapReach& reach, const LaneTensor& in, const CostModel& costs = {},
                      double places = kAnyNumberOfPlaces);

struct WinogradChoice {
  WinogradKernel kernel;
  double cost = kAnyNumberOfPlaces;  // as ConvChoice's; infinite where the kernel does not fit
};
WinogradChoice ChooseWinograd(const ConvShape& shape, const ConvTask& task, Isa isa,
                              const CostModel& costs);

// Errors: kUnsupported, with the reason, where nothing can be done in bfloat16.
void RequireBf16(Isa isa);
// Errors: kUnsupported, with the reason, where nothing can be done in half precision.
void RequireFp16(KernelChoice kernels, Isa isa);
// As ConvChoice's; infinite where it does not fit.
double CostInBf16(const ConvShape& shape, const CostModel& costs);

// In few words, such as "1.9x cheaper than conv 4 outputs".
std::string Why(const ConvChoice& choice);
std::string Why(double cost, const ConvChoice& direct);

}  // namespace winnow
