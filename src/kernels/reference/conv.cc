#include "kernels/reference/conv.h"

#include "kernels/reference/arithmetic.h"

namespace winnow {
namespace {

// Sets every output pixel to bias + what `add_window(sum, o, y, x)` adds.
template <typename T, typename F>
void ForEachOutput(const float* bias, Planar<T> out, F add_window) {
  for (std::int64_t o = 0; o < out.channels; ++o) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      for (std::int64_t x = 0; x < out.width; ++x) {
        Sum<T> sum;
        if (bias != nullptr) sum.Add(T(1), bias[o]);
        add_window(sum, o, y, x);
        out.At(o, y, x) = sum.Result();
      }
    }
  }
}

}  // namespace

template <typename T>
void ReferenceConv(const ConvShape& s, const float* weight, const float* bias, Planar<const T> in,
                   Planar<T> out) {
  const int group_in = s.in_channels / s.groups;
  const int group_out = s.out_channels / s.groups;
  ForEachOutput(bias, out, [&](Sum<T>& sum, std::int64_t o, std::int64_t y, std::int64_t x) {
    const float* w = weight + o * group_in * s.kernel_height * s.kernel_width;
    for (int i = 0; i < group_in; ++i) {
      const std::int64_t c = o / group_out * group_in + i;
      for (int ky = 0; ky < s.kernel_height; ++ky) {
        for (int kx = 0; kx < s.kernel_width; ++kx, ++w) {
          const std::int64_t iy = y * s.stride + ky * s.dilation - s.pad_top;
          const std::int64_t ix = x * s.stride + kx * s.dilation - s.pad_left;
          if (in.Contains(iy, ix)) sum.Add(in.At(c, iy, ix), *w);
        }
      }
    }
  });
}

template <typename T>
void ReferenceConvTranspose(const ConvShape& s, const float* weight, const float* bias,
                            Planar<const T> in, Planar<T> out) {
  const int group_in = s.in_channels / s.groups;
  const int group_out = s.out_channels / s.groups;
  ForEachOutput(bias, out, [&](Sum<T>& sum, std::int64_t o, std::int64_t y, std::int64_t x) {
    for (int i = 0; i < group_in; ++i) {
      const std::int64_t c = o / group_out * group_in + i;
      const float* w = weight + (c * group_out + o % group_out) * s.kernel_height * s.kernel_width;
      for (int ky = 0; ky < s.kernel_height; ++ky) {
        for (int kx = 0; kx < s.kernel_width; ++kx, ++w) {
          // in[iy] lands on iy * stride + ky * dilation - pad.
          const std::int64_t ty = y + s.pad_top - ky * s.dilation;
          const std::int64_t tx = x + s.pad_left - kx * s.dilation;
          if (ty % s.stride != 0 || tx % s.stride != 0) continue;
          if (in.Contains(ty / s.stride, tx / s.stride)) {
            sum.Add(in.At(c, ty / s.stride, tx / s.stride), *w);
          }
        }
      }
    }
  });
}

#define WINNOW_INSTANTIATE(T)                                                                   \
  template void ReferenceConv<T>(const ConvShape&, const float*, const float*, Planar<const T>, \
                                 Planar<T>);                                                    \
  template void ReferenceConvTranspose<T>(const ConvShape&, const float*, const float*,         \
                                          Planar<const T>, Planar<T>);
WINNOW_INSTANTIATE(float)
WINNOW_INSTANTIATE(Bounded)
#undef WINNOW_INSTANTIATE

}  // namespace winnow
