#include "base/aligned.h"

#include <sys/mman.h>

#include <new>

namespace winnow {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
// Below this the part of the last huge page that nobody uses would show.
constexpr std::size_t kLeastHuge = 4 * kHugePage;

std::align_val_t AlignmentOf(std::size_t bytes) {
  return std::align_val_t{bytes >= kLeastHuge ? kHugePage : kAlignment};
}

}  // namespace

void* AllocateAligned(std::size_t bytes) {
  void* const p = ::operator new(bytes, AlignmentOf(bytes));
#ifdef MADV_HUGEPAGE
  if (bytes >= kLeastHuge) madvise(p, bytes, MADV_HUGEPAGE);  // a wish: may fail without harm
#endif
  return p;
}

void FreeAligned(void* p, std::size_t bytes) { ::operator delete(p, AlignmentOf(bytes)); }

}  // namespace winnow
