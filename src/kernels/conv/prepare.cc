#include "kernels/conv/prepare.h"

#include "kernels/conv/jit/generated_conv.h"

namespace winnow {

std::vector<ConvKernel> ConvKernelsFor(Isa isa, const TapList& taps, Element element) {
  std::vector<ConvKernel> kernels;
  if (element == Element::kFloat) kernels = ConvKernels(isa);
  if (const auto generated = GeneratedConvKernel(isa, taps.like, element)) {
    kernels.push_back(*generated);
  }
  return kernels;
}

void PrepareConv(const ConvKernel& kernel, const TapList& taps, int block, CodeMemory& memory,
                 ConvTask& task) {
  task.pack = PackTaps(taps, kernel.outputs, block, task.in);
  if (kernel.generate == nullptr) return;
  task.code = kernel.generate(task, kernel.max_vectors, memory);
  task.pack = {};  // lives on in the code
}

}  // namespace winnow
