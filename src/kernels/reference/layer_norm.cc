#include "kernels/reference/layer_norm.h"

#include <vector>

#include "kernels/reference/arithmetic.h"

namespace winnow {

template <typename T>
void ReferenceLayerNorm(Planar<const T> in, const float* weight, const float* bias, float epsilon,
                        Planar<T> out) {
  const std::int64_t pixels = in.height * in.width;
  const double share = 1.0 / static_cast<double>(in.channels);
  std::vector<T> centred(in.channels);
  for (std::int64_t i = 0; i < pixels; ++i) {
    Sum<T> sum;
    for (std::int64_t c = 0; c < in.channels; ++c) sum.Add(in.data[c * pixels + i], share);
    const T minus_mean = Times(sum.Result(), T(-1));
    Sum<T> squares;
    for (std::int64_t c = 0; c < in.channels; ++c) {
      centred[c] = Plus(in.data[c * pixels + i], minus_mean);
      squares.Add(Times(centred[c], centred[c]), share);
    }
    const T factor = InverseRoot(Plus(squares.Result(), T(epsilon)));
    for (std::int64_t c = 0; c < in.channels; ++c) {
      out.data[c * pixels + i] = Affine(Times(centred[c], factor), weight[c], bias[c]);
    }
  }
}

template void ReferenceLayerNorm<float>(Planar<const float>, const float*, const float*, float,
                                        Planar<float>);
template void ReferenceLayerNorm<Bounded>(Planar<const Bounded>, const float*, const float*, float,
                                          Planar<Bounded>);

}  // namespace winnow
