// In place of row_conv.cc where oneDNN is missing.
#include "base/error.h"
#include "kernels/dnnl/row_conv.h"

namespace winnow {

struct RowConv::Impl {};

std::string Bf16Obstacle() { return "built without oneDNN"; }

bool HasMatrixUnit() { return false; }

RowConv::RowConv(const RowConvShape&, const Tensor&) {
  throw Error(ErrorKind::kUnsupported, Bf16Obstacle());
}

RowConv::~RowConv() = default;

std::size_t RowConv::scratch_bytes() const { return 0; }

void RowConv::Run(const std::uint16_t*, float*, void*) const {}

}  // namespace winnow
