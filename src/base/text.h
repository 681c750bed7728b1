// Numbers as short text.
#pragma once

#include <cstdio>
#include <string>

namespace winnow {

// Six digits at most: "0.25".
inline std::string ShortText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace winnow
