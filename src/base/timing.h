// What measurements share.
#pragma once

#include <vector>

namespace winnow {

// Processor time that the calling thread has had, in seconds: other load hardly shows in it.
double ThreadSeconds();

// The upper one of the two in the middle of an even number. `values` must not be empty.
double Median(std::vector<double> values);

}  // namespace winnow
