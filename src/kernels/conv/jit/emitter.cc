#include "kernels/conv/jit/emitter.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <ranges>

#include "base/error.h"
#include "base/half.h"

namespace winnow {
namespace {

using Xbyak::Opmask;
using Xbyak::Reg64;
using Xbyak::RegExp;
using Xbyak::Xmm;

// Arguments of a piece, in the order of the System V ABI, and where it reads constants.
const Reg64 kIn(Xbyak::Operand::RDI);
const Reg64 kConstants(Xbyak::Operand::RSI);
const Reg64 kOut(Xbyak::Operand::RDX);
const Reg64 kResidual(Xbyak::Operand::RCX);
const Reg64 kMask(Xbyak::Operand::R8);
const Reg64 kCount(Xbyak::Operand::R9);
const Reg64 kCursor(Xbyak::Operand::RAX);
const Reg64 kAhead(Xbyak::Operand::R10);
const Opmask kNegative(1);

constexpr int kLineBytes = 64;
constexpr std::uint8_t kLessThan = 1;               // predicate of comparisons
constexpr std::size_t kFirstCodeBytes = 64 * 1024;  // grows when more is emitted

// Constants within reach of an 8-bit displacement, which the EVEX encoding counts in constants.
std::size_t Window(bool avx512) { return avx512 ? 256 : 64; }

// Registers besides the sums: inputs and a weight during taps; a zero, a product and a mask after.
int OtherRegisters(int vectors) { return std::max(vectors + 1, 3); }

// A displacement.
int Bytes(std::int64_t floats) {
  const std::int64_t bytes = floats * static_cast<std::int64_t>(sizeof(float));
  if (bytes != static_cast<std::int32_t>(bytes)) {
    throw Error(ErrorKind::kOutOfBudget, "rows are too long for generated code; use smaller tiles");
  }
  return static_cast<int>(bytes);
}

int Nonzero(const float* weights, int count) {
  return static_cast<int>(std::count_if(weights, weights + count, [](float w) { return w != 0; }));
}

int ChannelsOfBlock(const ConvTask& task) {
  return (task.in.channels + task.pack.blocks - 1) / task.pack.blocks;
}

}  // namespace

Emitter::Emitter(const ConvTask& task, Isa isa, int rows)
    : CodeGenerator(kFirstCodeBytes, Xbyak::AutoGrow, this),
      task_(task),
      avx512_(isa == Isa::kAvx512),
      half_(task.in.element == Element::kHalf),
      kind_(avx512_ ? Xbyak::Operand::ZMM : Xbyak::Operand::YMM),
      vector_bytes_(Bytes(task.in.words())),
      masked_(std::ranges::any_of(task.mask, [](std::uint32_t word) { return ~word != 0; })),
      rows_(rows),
      next_row_(task.pack.lowest_row + 1 + (rows - 1) * task.in_step) {}

int Emitter::MaxOutputs(Isa isa, int vectors) {
  return ((isa == Isa::kAvx512 ? 32 : 16) - OtherRegisters(vectors)) / vectors;
}

void Emitter::EmitPiece(int block, int group, int vectors) {
  const auto first = task_.pack.members.begin() + group * task_.pack.outputs;
  members_ = static_cast<int>(
      std::count_if(first, first + task_.pack.outputs, [](int member) { return member >= 0; }));
  vectors_ = vectors;
  next_constant_ = 0;
  if (weights_from_memory()) EncodeMultiplyAdds();
  if (InMemoryOrder(task_.pack)) {
    const LaneTensor& in = task_.in;
    const int channel = block * ChannelsOfBlock(task_);
    lea(kAhead, ptr[kIn + Bytes(next_row_ * in.row_stride + channel * in.channel_stride)]);
  }
  Xbyak::Label loop;
  L(loop);
  EmitBody(block, group);
  dec(kCount);
  jnz(loop, T_NEAR);
  vzeroupper();
  ret();
}

int Emitter::PlaceOfNext(float value) {
  const std::size_t window = Window(avx512_);
  const std::size_t at = next_constant_++ % window;
  if (at == 0 && next_constant_ > 1) add(kCursor, ConstantBytes(window));
  // Of a half the low bytes, which come first.
  const std::uint32_t bits = half_ ? FloatToHalf(value) : std::bit_cast<std::uint32_t>(value);
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&bits);
  constants_.insert(constants_.end(), bytes, bytes + ConstantBytes(1));
  return ConstantBytes(at) - ConstantBytes(window) / 2;
}

RegExp Emitter::NextConstant(float value) { return kCursor + PlaceOfNext(value); }

int Emitter::ConstantBytes(std::size_t count) const {
  return static_cast<int>(count * (half_ ? sizeof(std::uint16_t) : sizeof(float)));
}

void Emitter::EncodeMultiplyAdds() {
  multiply_adds_.clear();
  for (int o = 0; o < members_; ++o) {
    for (int k = 0; k < vectors_; ++k) {
      const std::size_t begin = getSize();
      const RegExp at = kCursor + ConstantBytes(1);
      half_ ? vfmadd231ph(Sum(o, k), Input(k), zword_b[at])
            : vfmadd231ps(Sum(o, k), Input(k), zword_b[at]);
      Encoding encoding = {{}, getSize() - begin};
      std::copy_n(getCode() + begin, encoding.size, encoding.bytes.begin());
      multiply_adds_.push_back(encoding);
      setSize(begin);
    }
  }
}

void Emitter::EmitMultiplyAdd(int output, int k, int place) {
  const Encoding& encoding = multiply_adds_[output * vectors_ + k];
  if (size_ + encoding.bytes.size() > maxSize_) growMemory();
  std::ranges::copy(encoding.bytes, top_ + size_);
  size_ += encoding.size;
  top_[size_ - 1] = static_cast<std::uint8_t>(place / ConstantBytes(1));
}

void Emitter::EmitBody(int block, int group) {
  const ConvPack& pack = task_.pack;
  const int* const members = pack.members.data() + group * pack.outputs;
  const int step = task_.out_step * vector_bytes_;
  const bool last = block + 1 == pack.blocks;
  lea(kCursor, ptr[kConstants + ConstantBytes(Window(avx512_)) / 2]);
  for (int o = 0; o < members_; ++o) EmitStart(block, o, task_.outputs[members[o]]);
  EmitTaps(block, group);
  if (last) vxorps(Spare(0), Spare(0), Spare(0));
  for (int o = 0; o < members_; ++o) {
    const ConvOutput& to = task_.outputs[members[o]];
    if (last) EmitFinish(o, to);
    for (int k = 0; k < vectors_; ++k) vmovaps(ptr[kOut + Bytes(to.offset) + k * step], Sum(o, k));
  }
  add(kIn, vectors_ * task_.in_step * vector_bytes_);
  add(kOut, vectors_ * step);
  if (task_.residual.origin != nullptr) add(kResidual, vectors_ * step);
  if (masked_) add(kMask, vectors_ * vector_bytes_);
}

// The bias, or the sum of the blocks before.
void Emitter::EmitStart(int block, int output, const ConvOutput& to) {
  const int step = task_.out_step * vector_bytes_;
  if (block == 0) {
    const RegExp at = NextConstant(to.bias);
    half_ ? vpbroadcastw(Sum(output, 0), word[at]) : vbroadcastss(Sum(output, 0), dword[at]);
  }
  for (int k = 0; k < vectors_; ++k) {
    const RegExp place = kOut + Bytes(to.offset) + k * step;
    if (block > 0) {
      vmovaps(Sum(output, k), ptr[place]);
    } else if (k > 0) {
      vmovaps(Sum(output, k), Sum(output, 0));
    }
  }
}

// Between the taps, evenly, the piece asks for memory that will be needed later: requests that come
// all at once would keep those of the taps waiting.
void Emitter::EmitTaps(int block, int group) {
  const ConvPack& pack = task_.pack;
  std::vector<RegExp> reads = AheadOfReads(block, group);
  if (block + 1 == pack.blocks)
    std::ranges::copy(AheadOfResidual(group), std::back_inserter(reads));
  const std::vector<RegExp> writes = block == 0 ? AheadOfWrites(group) : std::vector<RegExp>();
  const int piece = block * pack.groups + group;
  const int first = pack.starts[piece];
  const int taps = pack.starts[piece + 1] - first;
  const auto part = [&](const std::vector<RegExp>& all, int tap) {
    const auto at = [&](std::size_t i) { return all.begin() + all.size() * i / taps; };
    return std::ranges::subrange(at(tap), at(tap + 1));
  };
  for (int i = 0; i < taps; ++i) {
    for (const RegExp& line : part(reads, i)) prefetcht1(ptr[line]);
    for (const RegExp& line : part(writes, i)) prefetchw(ptr[line]);
    EmitTap(first + i);
  }
  if (InMemoryOrder(pack)) add(kAhead, LinesAhead(block) * kLineBytes);
}

// A piece's share of what its row adds to the inputs, those of the rows that come next: there are
// far more rows and channels than the processor would notice by itself. Where a line holds two
// vectors, it is asked for twice: a request may get lost among many, and once is measurably slower.
std::vector<RegExp> Emitter::AheadOfReads(int block, int group) const {
  const LaneTensor& in = task_.in;
  std::vector<RegExp> lines;
  const int channels = ChannelsOfBlock(task_);
  const int end = std::min((block + 1) * channels, in.channels);
  const int bytes = vectors_ * task_.in_step * vector_bytes_;
  for (int row = 0; row < task_.in_step; ++row) {
    if (InMemoryOrder(task_.pack)) {
      const int begin = Bytes(row * in.row_stride);
      for (int i = 0; i < LinesAhead(block); ++i) lines.push_back(kAhead + begin + i * kLineBytes);
      continue;
    }
    for (int channel = block * channels + group; channel < end; channel += task_.pack.groups) {
      const int place = Bytes((next_row_ + row) * in.row_stride + channel * in.channel_stride);
      for (int at = 0; at < bytes; at += vector_bytes_) lines.push_back(kIn + place + at);
    }
  }
  return lines;
}

// What is added in the rows that come next, unless it is the input.
std::vector<RegExp> Emitter::AheadOfResidual(int group) const {
  const LaneTensor& residual = task_.residual;
  if (residual.origin == nullptr || residual.origin == task_.in.origin) return {};
  const int* const members = task_.pack.members.data() + group * task_.pack.outputs;
  std::vector<RegExp> lines;
  for (int o = 0; o < members_; ++o) {
    const int place = Bytes(task_.outputs[members[o]].residual_offset +
                            rows_ * task_.out_step * residual.row_stride);
    for (int k = 0; k < vectors_; ++k) {
      lines.push_back(kResidual + place + k * task_.out_step * vector_bytes_);
    }
  }
  return lines;
}

// The lines that the next places of the row are written to, lest the stores wait for memory.
std::vector<RegExp> Emitter::AheadOfWrites(int group) const {
  const int* const members = task_.pack.members.data() + group * task_.pack.outputs;
  const int step = task_.out_step * vector_bytes_;
  std::vector<RegExp> lines;
  for (int o = 0; o < members_; ++o) {
    const int place = Bytes(task_.outputs[members[o]].offset);
    for (int k = 0; k < vectors_; ++k) lines.push_back(kOut + place + (vectors_ + k) * step);
  }
  return lines;
}

// How many lines of a row's channels in a block there are for each round of the piece.
int Emitter::LinesAhead(int block) const {
  const int channels = ChannelsOfBlock(task_);
  const int count = std::min(channels, task_.in.channels - block * channels);
  const int round = std::max(task_.span / vectors_, 1) * kLineBytes;
  return (Bytes(count * task_.in.channel_stride) + round - 1) / round;
}

void Emitter::EmitTap(int tap) {
  const ConvPack& pack = task_.pack;
  const float* const weights = pack.weights.data() + static_cast<std::size_t>(tap) * pack.outputs;
  const auto input = [&](int k) {
    return ptr[kIn + pack.offsets[tap] + k * task_.in_step * vector_bytes_];
  };
  // An input of a single multiply-add goes there straight from memory, unless the weight does.
  const bool direct = !weights_from_memory() && Nonzero(weights, members_) == 1;
  if (!direct) {
    for (int k = 0; k < vectors_; ++k) vmovaps(Input(k), input(k));
  }
  const Xmm weight = Input(vectors_);
  for (int o = 0; o < members_; ++o) {
    if (weights[o] == 0) continue;
    const int place = PlaceOfNext(weights[o]);
    if (weights_from_memory()) {
      for (int k = 0; k < vectors_; ++k) EmitMultiplyAdd(o, k, place);
      continue;
    }
    vbroadcastss(weight, dword[kCursor + place]);
    for (int k = 0; k < vectors_; ++k) {
      direct ? vfmadd231ps(Sum(o, k), weight, input(k)) : vfmadd231ps(Sum(o, k), weight, Input(k));
    }
  }
}

void Emitter::EmitActivation(ActivationKind kind, int output, float slope) {
  const Xmm zero = Spare(0);
  if (kind == ActivationKind::kRelu) {
    for (int k = 0; k < vectors_; ++k) {
      const Xmm v = Sum(output, k);
      half_ ? vmaxph(v, v, zero) : vmaxps(v, v, zero);
    }
  }
  if (kind != ActivationKind::kSlope) return;
  const RegExp at = NextConstant(slope);
  for (int k = 0; k < vectors_; ++k) {
    const Xmm v = Sum(output, k);
    if (half_) {
      vcmpph(kNegative, v, zero, kLessThan);
      vmulph(v | kNegative, v, zword_b[at]);
    } else if (avx512_) {
      vcmpltps(kNegative, v, zero);
      vmulps(v | kNegative, v, zword_b[at]);
    } else {
      vbroadcastss(Spare(1), dword[at]);
      vmulps(Spare(1), Spare(1), v);
      vcmpltps(Spare(2), v, zero);
      vblendvps(v, v, Spare(1), Spare(2));
    }
  }
}

// What follows the last tap; in the order and with the roundings of the other kernels.
void Emitter::EmitFinish(int output, const ConvOutput& to) {
  EmitActivation(task_.before, output, to.slope_before);
  if (task_.residual.origin != nullptr) {
    for (int k = 0; k < vectors_; ++k) {
      const int offset = Bytes(to.residual_offset) + k * task_.out_step * vector_bytes_;
      const Xmm v = Sum(output, k);
      half_ ? vaddph(v, v, ptr[kResidual + offset]) : vaddps(v, v, ptr[kResidual + offset]);
    }
  }
  EmitActivation(task_.after, output, to.slope_after);
  if (!masked_) return;
  for (int k = 0; k < vectors_; ++k) {
    vandps(Sum(output, k), Sum(output, k), ptr[kMask + k * vector_bytes_]);
  }
}

}  // namespace winnow
