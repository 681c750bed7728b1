// Convolution on lane-strided tensors, with what surrounds it in a network on the way to memory:
//
//   v = bias + sum of taps;  v = before(v);  v += residual;  v = after(v);  store, perhaps
//   shuffled.
//
// Every result is one chain of multiply-adds, in float or in half precision as its tensors' lanes
// are, in the order of kernels/conv/taps.h, whatever the
// tile, the block or the kernel it falls into: a pixel does not depend on where the tiles of the
// plane begin.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/aligned.h"
#include "kernels/activation.h"
#include "kernels/conv/pack.h"
#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

class CodeMemory;
class GeneratedConv;

// One entry of TapList::outputs on its way to memory.
struct ConvOutput {
  std::int64_t offset = 0;  // words from place (y, j)'s first vector in `out`: channel and phase
  std::int64_t residual_offset = 0;  // the same in `residual`
  float bias = 0;
  float slope_before = 0;
  float slope_after = 0;
};

// Places are rows y in [0, height) and vectors j in [0, span). Place (y, j) reads around vector j *
// in_step of row y * in_step of `in` and writes vector j * out_step of row y * out_step of `out`,
// plus ConvOutput::offset. All tensors are of one element. `out` must not overlap `in` or
// `residual`: it also holds the sums between blocks of input channels.
struct ConvTask {
  LaneTensor in;
  LaneTensor out;
  LaneTensor residual;  // of out's height, width and span; origin == nullptr: none
  int height = 0;
  int span = 0;
  int in_step = 1;  // 1 or 2
  int out_step = 1;
  AlignedVector<std::uint32_t> mask;  // LaneMask(out.width / out_step, span, lanes, element)
  ActivationKind before = ActivationKind::kNone;
  ActivationKind after = ActivationKind::kNone;
  ConvPack pack;
  std::vector<ConvOutput> outputs;            // by index into TapList::outputs
  std::shared_ptr<const GeneratedConv> code;  // for kernels with ConvKernel::generate
};

// What a kernel pays for one place, in multiply-adds at the machine's peak. Measured.
struct ConvCost {
  double mac = 1;     // for a multiply-add that it makes
  double input = 0;   // for an input vector that a group of results shares
  double result = 0;  // for starting and storing one
};

// One way to do it.
struct ConvKernel {
  std::string_view name;
  int outputs = 0;      // results computed together: ConvPack::outputs must equal this
  int rows = 0;         // rows of a tile where that many are left
  int max_vectors = 0;  // vectors of a tile's row, at most
  // Does the rows [begin, end) of places and leaves out's halo and border valid.
  void (*run)(const ConvTask& task, int begin, int end) = nullptr;
  // Where not null, what makes ConvTask::code of the rest of the task, for tiles of `vectors`.
  std::shared_ptr<const GeneratedConv> (*generate)(const ConvTask& task, int vectors,
                                                   CodeMemory& memory) = nullptr;
  ConvCost cost;
};

// The compiled kernels of a target; kernels/conv/prepare.h adds the generated one.
std::vector<ConvKernel> ConvKernels(Isa isa);

}  // namespace winnow
