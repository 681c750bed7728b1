#include "kernels/conv/jit/generated_conv.h"

#include <xbyak/xbyak_util.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "kernels/conv/jit/emitter.h"

namespace winnow {
namespace {

// How much of a channel's row a piece goes over before the next piece takes its code's room in the
// cache. Rows that are shorter are done several at a time; those that are longer are cut into
// columns, so that the L2 cache keeps what the next row reads again. A convolution of a single
// group has little code and few multiply-adds for every input: there it is better to walk memory in
// order.
constexpr int kFewestBytes = 1024;
constexpr int kMostBytes = 1536;

// Sums that must be under way at once to hide the latency of multiply-adds: two a cycle, of at most
// five cycles each.
constexpr int kSumsAtOnce = 10;
// Where one vector a result is too few, those that share a weight: rounds of more places are fewer.
constexpr int kSumsOfTile = 20;

bool SystemRunsGeneratedCode() {
  static const bool runs = [] {
    constexpr std::uint8_t kRet = 0xc3;
    try {
      CodeMemory memory;
      const std::uint8_t* const code = memory.Add(&kRet, 1);
      memory.Seal();
      reinterpret_cast<void (*)()>(code)();
      return true;
    } catch (const Error&) {
      return false;
    }
  }();
  return runs;
}

template <Isa kIsa>
std::shared_ptr<const GeneratedConv> Generate(const ConvTask& task, int vectors,
                                              CodeMemory& memory) {
  try {
    return std::make_shared<const GeneratedConv>(task, kIsa, vectors, memory);
  } catch (const Xbyak::Error& error) {
    throw Error(ErrorKind::kOutOfBudget, std::string("generated code: ") + error.what());
  }
}

void RunGenerated(const ConvTask& task, int begin, int end) { task.code->Run(task, begin, end); }

// `like` results in groups of nearly equal size.
int OutputsOfGroup(Isa isa, int like, int vectors) {
  const int most = Emitter::MaxOutputs(isa, vectors);
  const int groups = (like + most - 1) / most;
  return (like + groups - 1) / groups;
}

}  // namespace

std::string HalfObstacle(Isa isa) {
  if (!Xbyak::util::Cpu().has(Xbyak::util::Cpu::tAVX512_FP16)) {
    return "the processor has no arithmetic in half precision (AVX512-FP16)";
  }
  if (isa != Isa::kAvx512) {
    return "AVX512-FP16 needs the target avx512, not " + std::string(Name(isa));
  }
  return SystemRunsGeneratedCode() ? "" : "the system does not let programs run generated code";
}

std::optional<ConvKernel> GeneratedConvKernel(Isa isa, int like, Element element) {
  const bool half = element == Element::kHalf;
  if (half && !HalfObstacle(isa).empty()) return std::nullopt;
  const bool avx512 = isa == Isa::kAvx512;
  if ((!avx512 && isa != Isa::kAvx2) || !SystemRunsGeneratedCode()) return std::nullopt;
  // With 32 registers and weights that multiply-adds fetch themselves, many outputs a vector win
  // by sharing inputs; with 16 and a load for every weight, two vectors share that.
  int vectors = avx512 ? 1 : 2;
  if (vectors * OutputsOfGroup(isa, like, vectors) < kSumsAtOnce) {
    while ((vectors + 1) * OutputsOfGroup(isa, like, vectors) <= kSumsOfTile &&
           Emitter::MaxOutputs(isa, vectors + 1) >= OutputsOfGroup(isa, like, vectors)) {
      ++vectors;
    }
  }
  return ConvKernel{.name = half ? "generated fp16" : "generated",
                    .outputs = OutputsOfGroup(isa, like, vectors),
                    .rows = 1,
                    .max_vectors = vectors,
                    .run = &RunGenerated,
                    .generate = avx512 ? &Generate<Isa::kAvx512> : &Generate<Isa::kAvx2>,
                    .cost = avx512 ? ConvCost{1.02, 0.3, 8} : ConvCost{1.05, 0.65, 6}};
}

GeneratedConv::Walk GeneratedConv::WalkOf(const ConvTask& task, int vectors) {
  // Columns begin at multiples of `vectors`, so that only the last one has a rest.
  const int place_bytes = task.in.words() * static_cast<int>(sizeof(float));
  const int columns =
      InMemoryOrder(task.pack) ? 1 : (task.span * place_bytes + kMostBytes - 1) / kMostBytes;
  const int width = ((task.span + columns - 1) / columns + vectors - 1) / vectors * vectors;
  return {width, (kFewestBytes + width * place_bytes - 1) / (width * place_bytes)};
}

GeneratedConv::GeneratedConv(const ConvTask& task, Isa isa, int vectors, CodeMemory& memory)
    : vectors_(vectors), walk_(WalkOf(task, vectors)), finish_rows_(GetFinishRows(isa)) {
  const ConvPack& pack = task.pack;
  Emitter emitter(task, isa, walk_.rows);
  const auto emit = [&](int block, int group, int places) {
    const Function function = {static_cast<std::int64_t>(emitter.getSize()),
                               static_cast<std::int64_t>(emitter.constants().size())};
    if (places > 0) emitter.EmitPiece(block, group, places);
    return function;
  };
  for (int block = 0; block < pack.blocks; ++block) {
    const bool inner = 0 < block && block + 1 < pack.blocks;
    for (int group = 0; group < pack.groups; ++group) {
      const int i = block * pack.groups + group;
      if (inner && pack.starts[i] == pack.starts[i + 1]) continue;  // would add nothing
      pieces_.push_back({emit(block, group, vectors), emit(block, group, task.span % vectors)});
    }
  }
  emitter.ready();
  constants_.assign(emitter.constants().begin(), emitter.constants().end());
  code_ = memory.Add(emitter.getCode(), emitter.getSize());
}

void GeneratedConv::RunPiece(const ConvTask& t, const Piece& piece, int y, int begin,
                             int end) const {
  const auto run = [&](const Function& function, int j, int rounds) {
    if (rounds == 0) return;
    const float* const residual =
        t.residual.origin == nullptr ? nullptr : t.residual.At(y * t.out_step, 0, j * t.out_step);
    reinterpret_cast<PieceFn>(code_ + function.code)(
        t.in.At(y * t.in_step, 0, j * t.in_step), constants_.data() + function.constants,
        t.out.At(y * t.out_step, 0, j * t.out_step), residual, t.mask.data() + j * t.in.words(),
        rounds);
  };
  const int rounds = (end - begin) / vectors_;
  const int done = begin + rounds * vectors_;
  run(piece.together, begin, rounds);
  run(piece.rest, done, done < end ? 1 : 0);
}

void GeneratedConv::Run(const ConvTask& t, int begin, int end) const {
  for (int left = 0; left < t.span; left += walk_.width) {
    const int right = std::min(left + walk_.width, t.span);
    for (int top = begin; top < end; top += walk_.rows) {
      const int bottom = std::min(top + walk_.rows, end);
      for (const Piece& piece : pieces_) {
        for (int y = top; y < bottom; ++y) RunPiece(t, piece, y, left, right);
      }
    }
  }
  finish_rows_(t.out, begin * t.out_step, end * t.out_step);
}

}  // namespace winnow
