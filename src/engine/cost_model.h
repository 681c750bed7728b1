// What kernels cost on a machine. The unit is one multiply-add of a whole vector at the machine's
// peak.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/conv/conv.h"
#include "kernels/conv/taps.h"
#include "kernels/winograd/winograd.h"

namespace winnow {

// What a kernel does at one vector of places.
struct ConvWork {
  double macs = 0;      // multiply-adds that it makes
  double inputs = 0;    // input vectors that a group of results shares
  double results = 0;   // sums started and stored
  double channels = 0;  // input vectors that come from beyond the L1 cache
  bool operator==(const ConvWork&) const = default;
};

// What it pays for each.
struct KernelCost {
  double mac = 1;
  double input = 0;
  double result = 0;
  double channel = 0;
  bool operator==(const KernelCost&) const = default;
};

double CostOf(const KernelCost& cost, const ConvWork& work);

struct CostModel {
  bool measured = false;
  double peak = 0;  // multiply-adds a second / 1e9 of one thread, at most; 0: not known
  // For generating the code of one weight, once.
  double generation = 250;
  std::map<std::string, KernelCost> kernels;  // by CostKey; others cost what ConvKernel::cost says
  bool operator==(const CostModel&) const = default;

  KernelCost Of(const ConvKernel& kernel) const;
  // Where nothing was measured for `key`, `otherwise`.
  KernelCost Of(const std::string& key, const ConvCost& otherwise) const;
  // For `work` at this many vectors of places of `lanes` floats. 0 where the peak is not known.
  double Milliseconds(double cost, int lanes) const;
};

bool IsGenerated(const ConvKernel& kernel);

// Kernels of one key differ in nothing but how many results they share inputs between.
std::string CostKey(const ConvKernel& kernel);

// `in_channels` is how many the tensor it reads has.
ConvWork WorkOf(const ConvKernel& kernel, const TapList& taps, int in_channels);

// Of Winograd's algorithm and of convolution in bfloat16, under these keys.
inline constexpr char kWinogradKey[] = "winograd";
inline constexpr char kBf16Key[] = "oneDNN bf16";
ConvWork WinogradWork(const WinogradKernel& kernel, const ConvShape& shape);
ConvWork Bf16Work(const ConvShape& shape);

// Work and what it was measured to cost.
struct CostSample {
  ConvWork work;
  double cost = 0;
};

// The constants, none negative, whose relative errors on `samples` have the least squares.
KernelCost FitCost(const std::vector<CostSample>& samples);

}  // namespace winnow
