#include "kernels/dnnl/bf16_conv.h"

#include <algorithm>

#include "kernels/dnnl/pixel_rows.h"
#include "kernels/finish_rows.h"

namespace winnow {
namespace {

constexpr Isa kIsa = Isa::kAvx512;

int Padded(int channels) { return (channels + kBf16Channels - 1) / kBf16Channels * kBf16Channels; }

// Where the parts of a scratch buffer begin, in bytes.
struct Room {
  std::size_t sums;  // after the rows in bfloat16
  std::size_t work;  // oneDNN's own
  std::size_t end;
};

std::size_t RoundedUp(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t InRowSize(const Bf16Task& task) {
  return std::size_t{1} * task.conv.in.width * Padded(task.shape.in_channels);
}

Room RoomOf(const Bf16Task& task) {
  const ConvTask& conv = task.conv;
  const std::size_t rows = (kBf16Rows - 1) * conv.in_step + task.shape.kernel_height;
  const std::size_t last = std::size_t{1} * conv.in.span * conv.in.lanes;
  const std::size_t in = rows * InRowSize(task) + last * Padded(task.shape.in_channels);
  const std::size_t out =
      std::size_t{1} * conv.span * conv.out.lanes * Padded(task.shape.out_channels);
  Room room;
  room.sums = RoundedUp(in * sizeof(std::uint16_t));
  room.work = room.sums + RoundedUp(out * sizeof(float));
  room.end = room.work + RoundedUp(task.rows->scratch_bytes());
  return room;
}

// At most kBf16Rows rows.
void RunRows(const Bf16Task& task, int begin, int end, char* scratch) {
  const ConvTask& conv = task.conv;
  const PixelRowKernels kernels = GetPixelRowKernels(kIsa);
  const Room room = RoomOf(task);
  auto* const in = reinterpret_cast<std::uint16_t*>(scratch);
  auto* const sums = reinterpret_cast<float*>(scratch + room.sums);
  const std::size_t row_size = InRowSize(task);
  const int in_channels = Padded(task.shape.in_channels);
  const int out_channels = Padded(task.shape.out_channels);
  const int first = begin * conv.in_step - task.shape.pad_top;
  int there = 0;  // rows from `first` on; each overruns the beginning of the next
  for (int y = begin; y < end; ++y) {
    const int read = (y - begin) * conv.in_step;
    for (; there < read + task.shape.kernel_height; ++there) {
      kernels.from_lanes(conv.in, first + there, in_channels, in + there * row_size);
    }
    task.rows->Run(in + read * row_size, sums, scratch + room.work);
    kernels.finish(conv, y, out_channels, sums);
  }
}

}  // namespace

std::string Bf16Obstacle(Isa isa) {
  if (std::string obstacle = Bf16Obstacle(); !obstacle.empty()) return obstacle;
  return isa == kIsa ? "" : "bfloat16 needs the target avx512, not " + std::string(Name(isa));
}

bool FitsBf16(const ConvShape& shape) {
  return shape.groups == 1 && shape.dilation == 1 && !shape.transposed;
}

Bf16Task MakeBf16(const ConvTask& conv, const ConvShape& shape, const Tensor& weight,
                  std::shared_ptr<ScratchPool> scratch) {
  RowConvShape rows;
  rows.in_channels = Padded(shape.in_channels);
  rows.out_channels = Padded(shape.out_channels);
  rows.in_width = conv.in.width;
  rows.out_width = conv.out.width / conv.out_step;
  rows.kernel_height = shape.kernel_height;
  rows.kernel_width = shape.kernel_width;
  rows.stride = shape.stride;
  rows.pad_left = shape.pad_left;
  Bf16Task task = {conv, shape, std::make_shared<RowConv>(rows, weight), std::move(scratch)};
  task.scratch->Reserve(RoomOf(task).end / sizeof(float));
  return task;
}

void RunBf16(const Bf16Task& task, int begin, int end) {
  const ConvTask& conv = task.conv;
  const ScratchPool::Buffer scratch(*task.scratch);
  for (int y = begin; y < end; y += kBf16Rows) {
    RunRows(task, y, std::min(y + kBf16Rows, end), reinterpret_cast<char*>(scratch.data()));
  }
  static const FinishRowsFn finish = GetFinishRows(kIsa);
  finish(conv.out, begin * conv.out_step, end * conv.out_step);
}

double Bf16Macs(const ConvShape& shape) {
  return static_cast<double>(shape.kernel_height) * shape.kernel_width * Padded(shape.in_channels) *
         Padded(shape.out_channels);
}

double Bf16Inputs(const ConvShape& shape) {
  const double rows = shape.stride + (shape.kernel_height - shape.stride) / double{kBf16Rows};
  return rows * shape.stride * shape.in_channels;
}

// AVX512_BF16 does two multiply-adds at once, as measured on Zen 4. Matrix units do 16 in theory;
// half of that is a guess.
ConvCost Bf16Cost() { return {HasMatrixUnit() ? 0.125 : 0.51, 18, 22}; }

}  // namespace winnow
