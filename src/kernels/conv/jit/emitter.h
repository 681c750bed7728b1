// Machine code for pieces of a convolution: for every group of outputs and block of input channels
// of a ConvPack (kernels/conv/pack.h), a function that walks one row of places. x86-64 only.
#pragma once

#include <xbyak/xbyak.h>

#include <array>
#include <cstdint>
#include <vector>

#include "kernels/conv/conv.h"

namespace winnow {

// Does `rounds` >= 1 times the piece's number of places, one after the other. The addresses are
// those of the first place; `constants` are those of the piece.
using PieceFn = void (*)(const float* in, const std::uint8_t* constants, float* out,
                         const float* residual, const std::uint32_t* mask, std::int64_t rounds);

// Whether rows of places are walked whole, with one piece for each block, so that the pieces read a
// row of inputs in the order of memory; else they are walked in columns, and pieces take turns.
inline bool InMemoryOrder(const ConvPack& pack) { return pack.groups == 1; }

// Gives Xbyak plain heap memory: what is emitted here is copied to where it runs.
struct HeapAllocator : Xbyak::Allocator {
  bool useProtect() const override { return false; }
};

class Emitter : private HeapAllocator, public Xbyak::CodeGenerator {
 public:
  // `task` has everything but code. Its tensors are of one element, which is that of all
  // arithmetic; halves need AVX512-FP16. A piece goes over `rows` rows before the next one does.
  Emitter(const ConvTask& task, Isa isa, int rows);

  // The most outputs a group may have so that the sums stay in registers.
  static int MaxOutputs(Isa isa, int vectors);

  // Appends the function of a block and group that does `vectors` places together; it does not
  // depend on where it lies. The group has at most MaxOutputs(isa, vectors) outputs.
  void EmitPiece(int block, int group, int vectors);

  // Weights, biases and slopes in the order in which all the code so far reads them.
  const std::vector<std::uint8_t>& constants() const { return constants_; }

 private:
  Xbyak::Xmm Vec(int index) const { return Xbyak::Xmm(kind_, index); }
  Xbyak::Xmm Sum(int output, int k) const { return Vec(output * vectors_ + k); }
  Xbyak::Xmm Input(int k) const { return Vec(members_ * vectors_ + k); }
  // Registers that nothing lives in once the last tap is added.
  Xbyak::Xmm Spare(int i) const { return Vec(members_ * vectors_ + i); }

  // Whether multiply-adds fetch their weights themselves; where several share one, it is loaded,
  // unless it is a half: a load that repeats one takes a place where multiply-adds start.
  bool weights_from_memory() const { return half_ || (avx512_ && vectors_ == 1); }

  // Where the next constant is from the cursor, in bytes, moving it when that is far.
  int PlaceOfNext(float value);
  Xbyak::RegExp NextConstant(float value);
  // Bytes of `count` constants.
  int ConstantBytes(std::size_t count) const;

  // Nearly all code are multiply-adds that fetch their weights, the same but for one byte. So each
  // is encoded by Xbyak once, and then copied.
  struct Encoding {
    std::array<std::uint8_t, 8> bytes;  // the last one in use says where the weight is
    std::size_t size;
  };
  void EncodeMultiplyAdds();
  void EmitMultiplyAdd(int output, int k, int place);

  void EmitBody(int block, int group);
  void EmitStart(int block, int output, const ConvOutput& to);
  void EmitTaps(int block, int group);
  void EmitTap(int tap);
  std::vector<Xbyak::RegExp> AheadOfReads(int block, int group) const;
  std::vector<Xbyak::RegExp> AheadOfResidual(int group) const;
  std::vector<Xbyak::RegExp> AheadOfWrites(int group) const;
  int LinesAhead(int block) const;
  void EmitActivation(ActivationKind kind, int output, float slope);
  void EmitFinish(int output, const ConvOutput& to);

  const ConvTask& task_;
  const bool avx512_;
  const bool half_;  // lanes and constants are halves
  const Xbyak::Operand::Kind kind_;
  const int vector_bytes_;
  const bool masked_;  // the row has places past its right edge
  const int rows_;
  const std::int64_t next_row_;  // of the input, from the place's own: the first that the pieces
                                 // which go over these rows do not read
  std::vector<std::uint8_t> constants_;
  std::size_t next_constant_ = 0;        // of the piece
  int members_ = 0;                      // outputs of its group
  int vectors_ = 0;                      // places that it does together
  std::vector<Encoding> multiply_adds_;  // of the piece, by output and place
};

}  // namespace winnow
