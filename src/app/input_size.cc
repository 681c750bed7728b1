#include "app/input_size.h"

#include <unistd.h>

#include "base/error.h"
#include "base/rounding.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

std::string SizeText(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

std::int64_t PhysicalMemory() {
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
}

std::string Mebibytes(std::int64_t bytes) {
  constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
  return std::to_string(bytes / kMebibyte + (bytes % kMebibyte > 0 ? 1 : 0)) + " MiB";
}

void RequireInputSize(const Model& model, std::int64_t width, std::int64_t height) {
  try {
    InferDims(model.graph, height, width);
  } catch (const Error&) {
    const std::int64_t multiple = model.info.size_multiple;
    if (width % multiple == 0 && height % multiple == 0) throw;
    throw Error(ErrorKind::kInvalidArgument,
                model.info.name + ": width and height have to be multiples of " +
                    std::to_string(multiple) + ", which " + SizeText(width, height) +
                    " is not; use " +
                    SizeText(RoundUp(width, multiple), RoundUp(height, multiple)));
  }
}

void RequireMemory(const Model& model, const Session& session, std::int64_t width,
                   std::int64_t height) {
  RequireInputSize(model, width, height);
  const std::int64_t needed = session.BytesFor(height, width);
  const std::int64_t all = PhysicalMemory();
  if (needed <= all) return;
  throw Error(ErrorKind::kOutOfBudget, model.info.name + ": an input of " +
                                           SizeText(width, height) + " takes " + Mebibytes(needed) +
                                           " at once, more than the " + Mebibytes(all) +
                                           " of this machine; use a smaller size");
}

}  // namespace winnow
