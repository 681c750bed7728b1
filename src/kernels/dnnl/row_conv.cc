#include "kernels/dnnl/row_conv.h"

#include <omp.h>

#include <algorithm>
#include <dnnl.hpp>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace winnow {
namespace {

using dnnl::memory;

// oneDNN would start threads of its own through OpenMP; ours are busy already. The setting belongs
// to the calling thread, and others who use OpenMP in it find it as it was.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

const dnnl::engine& Engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

bool Has(dnnl::cpu_isa isa) {
  const auto bits = static_cast<unsigned>(isa);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
}

dnnl::convolution_forward::primitive_desc Describe(const RowConvShape& s) {
  const auto bf16 = memory::data_type::bf16;
  const auto pixels = memory::format_tag::nhwc;
  const memory::desc in({1, s.in_channels, s.kernel_height, s.in_width}, bf16, pixels);
  const memory::desc out({1, s.out_channels, 1, s.out_width}, memory::data_type::f32, pixels);
  const memory::desc weights({s.out_channels, s.in_channels, s.kernel_height, s.kernel_width}, bf16,
                             memory::format_tag::any);
  const int read = (s.out_width - 1) * s.stride + s.kernel_width;
  const int pad_right = std::max(0, read - s.in_width - s.pad_left);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return {{dnnl::prop_kind::forward_inference,
           dnnl::algorithm::convolution_direct,
           in,
           weights,
           out,
           {s.stride, s.stride},
           {0, s.pad_left},
           {0, pad_right}},
          attributes,
          Engine()};
}

// The weights in the order and the type that the primitive wants.
memory Packed(const RowConvShape& s, const Tensor& weight, const memory::desc& wanted) {
  const std::int64_t area = std::int64_t{1} * s.kernel_height * s.kernel_width;
  std::vector<float> padded(s.out_channels * s.in_channels * area);
  for (std::int64_t o = 0; o < weight.dim(0); ++o) {
    std::copy_n(weight.data.data() + o * weight.dim(1) * area, weight.dim(1) * area,
                padded.data() + o * s.in_channels * area);
  }
  memory plain({{s.out_channels, s.in_channels, s.kernel_height, s.kernel_width},
                memory::data_type::f32,
                memory::format_tag::oihw},
               Engine(), padded.data());
  memory packed(wanted, Engine());
  dnnl::stream stream(Engine());
  dnnl::reorder(plain, packed).execute(stream, plain, packed);
  stream.wait();
  return packed;
}

}  // namespace

std::string Bf16Obstacle() {
  if (dnnl_version()->cpu_runtime != DNNL_RUNTIME_OMP &&
      dnnl_version()->cpu_runtime != DNNL_RUNTIME_SEQ) {
    return "this oneDNN was built for threads that cannot be turned off";
  }
  return Has(dnnl::cpu_isa::avx512_core_bf16) ? ""
                                              : "this processor has neither AVX512_BF16 nor AMX";
}

bool HasMatrixUnit() { return Has(dnnl::cpu_isa::avx512_core_amx); }

struct RowConv::Impl {
  Impl(const RowConvShape& shape, const Tensor& weight)
      : description(Describe(shape)),
        primitive(description),
        in(description.src_desc()),
        out(description.dst_desc()),
        scratch(description.scratchpad_desc()),
        weights(Packed(shape, weight, description.weights_desc())) {}

  dnnl::convolution_forward::primitive_desc description;
  dnnl::convolution_forward primitive;
  memory::desc in, out, scratch;
  memory weights;
};

RowConv::RowConv(const RowConvShape& shape, const Tensor& weight) {
  try {
    const OneThread one_thread;
    impl_ = std::make_unique<const Impl>(shape, weight);
  } catch (const dnnl::error& e) {
    throw Error(ErrorKind::kUnsupported, std::string("oneDNN: ") + e.what());
  }
  if (std::string_view(impl_->description.impl_info_str()).starts_with("ref")) {
    throw Error(ErrorKind::kUnsupported, "oneDNN has only plain loops for a convolution");
  }
}

RowConv::~RowConv() = default;

std::size_t RowConv::scratch_bytes() const { return impl_->scratch.get_size(); }

void RowConv::Run(const std::uint16_t* in, float* out, void* scratch) const {
  const OneThread one_thread;
  dnnl::stream stream(Engine());
  const memory from(impl_->in, Engine(), const_cast<std::uint16_t*>(in));
  const memory to(impl_->out, Engine(), out);
  const memory work(impl_->scratch, Engine(), scratch);
  impl_->primitive.execute(stream, {{DNNL_ARG_SRC, from},
                                    {DNNL_ARG_DST, to},
                                    {DNNL_ARG_WEIGHTS, impl_->weights},
                                    {DNNL_ARG_SCRATCHPAD, work}});
}

}  // namespace winnow
