// What the tests of motions and of exposures share.
#pragma once

#include <cmath>

#include "image/motion.h"

namespace winnow {

// From end to end, in pixels; by itself, to compare DrawMotion's with.
inline double PathLengthOf(const Motion& motion) {
  double length = 0;
  for (std::size_t i = 1; i < motion.size(); ++i) {
    length += std::hypot(motion[i].dx - motion[i - 1].dx, motion[i].dy - motion[i - 1].dy);
  }
  return length;
}

}  // namespace winnow
