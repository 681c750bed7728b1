// The instruction sets the kernels are compiled for, and the one this process uses.
#pragma once

#include <string_view>
#include <vector>

namespace winnow {

enum class Isa { kAvx512, kAvx2, kSse4, kNeon, kWasm, kScalar };

// "avx512", "avx2", "sse4", "neon", "wasm", "scalar".
std::string_view Name(Isa isa);

// Those that are both compiled in and present in this machine, best first; never empty.
const std::vector<Isa>& AvailableIsas();

// The best available one, or the one named by the environment variable WINNOW_ISA. Errors:
// kUnsupported when that is unknown or missing here.
Isa ChooseIsa();

// Floats in a vector.
int Lanes(Isa isa);

}  // namespace winnow
