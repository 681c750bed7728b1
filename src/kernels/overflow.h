// Whether arithmetic went beyond the largest number of its format.
#pragma once

namespace winnow {

// Watches the calling thread from here on, whatever it was before. Only processors that compute
// with halves can tell; elsewhere nothing is ever seen.
class OverflowWatch {
 public:
  OverflowWatch();
  bool Seen() const;
};

}  // namespace winnow
