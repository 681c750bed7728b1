#include "kernels/overflow.h"

#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace winnow {

#ifdef __SSE__
// The processor raises a flag, which stays.
OverflowWatch::OverflowWatch() { _mm_setcsr(_mm_getcsr() & ~unsigned{_MM_EXCEPT_OVERFLOW}); }
bool OverflowWatch::Seen() const { return (_mm_getcsr() & _MM_EXCEPT_OVERFLOW) != 0; }
#else
OverflowWatch::OverflowWatch() = default;
bool OverflowWatch::Seen() const { return false; }
#endif

}  // namespace winnow
