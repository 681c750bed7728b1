// Where the picture is cut, so that several threads work on steps that follow each other.
#pragma once

#include <vector>

#include "engine/bands.h"

namespace winnow {

// By step, the first band below the cut.
using Cut = std::vector<int>;

// At most `count` - 1 cuts from top to bottom that leave about equal work between them. What lies
// below a cut reads nothing that lies above it: from step to step the cut sinks by the rows that
// are read from above. So what lies above waits for the first bands below, never the other way
// round.
std::vector<Cut> CutSteps(const std::vector<BandedStep>& steps, int count);

}  // namespace winnow
