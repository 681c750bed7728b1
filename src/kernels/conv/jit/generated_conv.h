// A convolution as machine code of its own: weights that are zero have no instructions, so the work
// is proportional to those that are kept, whatever their pattern. x86-64 with AVX2 or AVX-512.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/aligned.h"
#include "kernels/conv/conv.h"
#include "kernels/conv/jit/code_memory.h"
#include "kernels/finish_rows.h"

namespace winnow {

// The kernel for convolutions whose results read the same inputs `like` at a time (TapList::like)
// and whose tensors are of `element`; none where code for `isa` cannot be generated or the system
// forbids to run it. Halves are multiplied and added as such: every result is one chain of fused
// multiply-adds that round to 11 significant bits, its weights, bias and slopes rounded before.
std::optional<ConvKernel> GeneratedConvKernel(Isa isa, int like, Element element = Element::kFloat);

// Why there is no such kernel for halves, for people to read; empty where there is.
std::string HalfObstacle(Isa isa);

class GeneratedConv {
 public:
  // Generates code for `task` as it is, addresses' strides and widths included, into `memory`,
  // which must outlive this object and be sealed before Run. `vectors` places of a row are computed
  // together. Errors: kOutOfBudget when rows are too long for displacements, or CodeMemory::Add's.
  GeneratedConv(const ConvTask& task, Isa isa, int vectors, CodeMemory& memory);

  // Does the rows [begin, end) of places of the task that this was made for and leaves out's halo
  // and border valid.
  void Run(const ConvTask& task, int begin, int end) const;

 private:
  struct Function {
    std::int64_t code;       // bytes from code_
    std::int64_t constants;  // bytes from constants_
  };
  // Adds the taps of one group of outputs in one block of input channels.
  struct Piece {
    Function together;  // vectors_ places a round
    Function rest;      // the places that are left at the end of a row; where there are any
  };

  // How rows of places are walked.
  struct Walk {
    int width;  // places of a column
    int rows;   // that a piece goes over before the next one does
  };
  static Walk WalkOf(const ConvTask& task, int vectors);

  // Runs a piece on places [begin, end) of row y.
  void RunPiece(const ConvTask& task, const Piece& piece, int y, int begin, int end) const;

  const int vectors_;
  const Walk walk_;
  const std::uint8_t* code_ = nullptr;
  AlignedVector<std::uint8_t> constants_;
  std::vector<Piece> pieces_;  // in the order to run them
  FinishRowsFn finish_rows_;
};

}  // namespace winnow
