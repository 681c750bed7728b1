// Short text of numbers and lists.
#pragma once

#include <cstdio>
#include <functional>
#include <string>

namespace winnow {

// Six digits at most: "0.25".
inline std::string ShortText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

// "a, b, c" of text(item), or the member `text`, of every item.
template <typename Range, typename Text>
std::string Join(const Range& items, Text text, const char* separator = ", ") {
  std::string joined;
  for (const auto& item : items) {
    if (!joined.empty()) joined += separator;
    joined += std::invoke(text, item);
  }
  return joined;
}

}  // namespace winnow
