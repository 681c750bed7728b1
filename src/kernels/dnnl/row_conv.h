// oneDNN, seen as a convolution that makes one row of results from the rows it reads, in bfloat16.
// The only header that stands for that library; without it, row_conv_absent.cc says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "tensor/tensor.h"

namespace winnow {

// Why oneDNN cannot multiply in bfloat16 here, for people to read; empty where it can.
std::string Bf16Obstacle();

// Whether products of matrices have a unit of their own (AMX).
bool HasMatrixUnit();

// Rows of pixels, all channels of a pixel together. Channels are multiples of kBf16Channels.
struct RowConvShape {
  int in_channels = 0;
  int out_channels = 0;
  int in_width = 0;
  int out_width = 0;
  int kernel_height = 1;
  int kernel_width = 1;
  int stride = 1;
  int pad_left = 0;
};

inline constexpr int kBf16Channels = 16;

class RowConv {
 public:
  // `weight` is [out, in, kernel_height, kernel_width] with no more channels than the shape has;
  // others weigh nothing. Errors: kUnsupported when oneDNN cannot do it.
  RowConv(const RowConvShape& shape, const Tensor& weight);
  ~RowConv();
  RowConv(const RowConv&) = delete;
  RowConv& operator=(const RowConv&) = delete;

  // Bytes that a call works in.
  std::size_t scratch_bytes() const;
  // `in` is [kernel_height][in_width][in_channels] in bfloat16, `out` [out_width][out_channels];
  // all three are aligned to kAlignment. In the calling thread alone; several may call at once.
  void Run(const std::uint16_t* in, float* out, void* scratch) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace winnow
