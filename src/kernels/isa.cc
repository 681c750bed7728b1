#include "kernels/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/isa.cc"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

int CountLanes() {
  const hwy::HWY_NAMESPACE::ScalableTag<float> d;
  return static_cast<int>(hwy::HWY_NAMESPACE::Lanes(d));
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "kernels/dispatch.h"

namespace winnow {
namespace {

WINNOW_EXPORT(CountLanes);

struct IsaRow {
  Isa isa;
  std::string_view name;
  std::int64_t target;
};

constexpr IsaRow kIsas[] = {
    {Isa::kAvx512, "avx512", HWY_AVX3}, {Isa::kAvx2, "avx2", HWY_AVX2},
    {Isa::kSse4, "sse4", HWY_SSE4},     {Isa::kNeon, "neon", HWY_NEON},
    {Isa::kWasm, "wasm", HWY_WASM},     {Isa::kScalar, "scalar", HWY_SCALAR},
};

// As hwy::SupportedTargets, without libhwy (kernels/dispatch.h). Who has the instructions asked for
// has the few others that a target may use.
std::int64_t SupportedTargets() {
  std::int64_t targets = HWY_STATIC_TARGET;
#if HWY_ARCH_X86
  __builtin_cpu_init();
  const bool sse4 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
                    __builtin_cpu_supports("aes");
  const bool avx2 = sse4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool avx3 = avx2 && __builtin_cpu_supports("avx512f") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (sse4) targets |= HWY_SSE4;
  if (avx2) targets |= HWY_AVX2;
  if (avx3) targets |= HWY_AVX3;
#endif
  return targets;
}

const IsaRow& RowOf(Isa isa) { return kIsas[static_cast<int>(isa)]; }

std::string AvailableNames() { return Join(AvailableIsas(), Name); }

}  // namespace

std::string_view Name(Isa isa) { return RowOf(isa).name; }

std::int64_t HwyTarget(Isa isa) { return RowOf(isa).target; }

const std::vector<Isa>& AvailableIsas() {
  static const std::vector<Isa> available = [] {
    const std::int64_t targets = HWY_TARGETS & (SupportedTargets() | HWY_SCALAR);
    std::vector<Isa> result;
    for (const IsaRow& row : kIsas) {
      if (targets & row.target) result.push_back(row.isa);
    }
    return result;
  }();
  return available;
}

Isa ChooseIsa() {
  const char* wanted = std::getenv("WINNOW_ISA");
  if (wanted == nullptr || *wanted == '\0') return AvailableIsas().front();
  for (Isa isa : AvailableIsas()) {
    if (Name(isa) == wanted) return isa;
  }
  throw Error(ErrorKind::kUnsupported, "WINNOW_ISA=" + std::string(wanted) +
                                           ": not available here; choose one of " +
                                           AvailableNames());
}

int Lanes(Isa isa) { return WINNOW_DISPATCH(CountLanes, isa)(); }

}  // namespace winnow
#endif  // HWY_ONCE
