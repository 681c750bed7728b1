// Stands in for generated_conv.cc where there is no generator for the processor.
#include "kernels/conv/jit/generated_conv.h"

namespace winnow {

std::optional<ConvKernel> GeneratedConvKernel(Isa, int, Element) { return std::nullopt; }

std::string HalfObstacle(Isa) { return "no code can be generated for this kind of processor"; }

}  // namespace winnow
