// The ceiling that kernel speeds are quoted against.
#pragma once

#include "kernels/isa.h"

namespace winnow {

// Multiply-adds a second, in units of 1e9, of one thread that does nothing but independent fused
// multiply-adds in registers; the best of several runs, about 0.1 s. Measure it beside what is
// compared: clocks wander.
double MeasureFmaPeak(Isa isa = ChooseIsa());

// The same in half precision; 0 where the processor, or what this was compiled with, has none.
double MeasureHalfFmaPeak();

}  // namespace winnow
