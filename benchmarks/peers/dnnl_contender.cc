#include "dnnl_contender.h"

#include <omp.h>

#include <algorithm>
#include <dnnl.hpp>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/aligned.h"
#include "base/error.h"
#include "base/random.h"

namespace winnow::peers {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;

// One way to do a convolution.
struct Way {
  std::string implementation;
  memory::desc source, weights, bias, result;
  dnnl::primitive primitive;
  Arguments arguments;
};

struct LayerWays {
  int count;
  std::vector<Way> ways;
};

memory::data_type TypeOf(Precision precision) {
  return precision == Precision::kFloat32 ? memory::data_type::f32 : memory::data_type::bf16;
}

// Bits that are numbers between 1/2 and 1 in bfloat16 and, taken by pairs, in float32.
void FillWithNumbers(AlignedVector<std::uint16_t>& bits) {
  Random random(3);
  for (std::uint16_t& value : bits) {
    value = static_cast<std::uint16_t>(0x3f00 + random.Below(0x80));
  }
}

class DnnlContender : public Contender {
 public:
  DnnlContender(const Subject& subject, Precision precision, int threads)
      : engine_(dnnl::engine::kind::cpu, 0),
        stream_(engine_),
        type_(TypeOf(precision)),
        threads_(threads) {
    omp_set_num_threads(threads_);
    for (const CountedLayer& counted : ConvLayersOf(subject)) {
      layers_.push_back({counted.count, WaysOf(counted.layer)});
      if (layers_.back().ways.empty()) {
        throw Error(ErrorKind::kUnsupported, "no implementation of a convolution");
      }
    }
    PlaceTensors();
  }

  double Run() override {
    omp_set_num_threads(threads_);
    double sum = 0;
    for (LayerWays& layer : layers_) {
      double best = std::numeric_limits<double>::infinity();
      for (Way& way : layer.ways) best = std::min(best, TimeOf(way));
      sum += layer.count * best;
    }
    return sum;
  }

 private:
  double TimeOf(Way& way) {
    return Settled([&] {
      return Elapsed([&] {
        way.primitive.execute(stream_, way.arguments);
        stream_.wait();
      });
    });
  }

  std::vector<Way> WaysOf(const ConvLayer& layer) const {
    const algorithm direct =
        layer.transposed ? algorithm::deconvolution_direct : algorithm::convolution_direct;
    std::vector<Way> ways;
    AddWay(layer, direct, memory::format_tag::any, ways);
    AddWay(layer, direct, memory::format_tag::nhwc, ways);
    if (!AddWay(layer, direct, memory::format_tag::nChw16c, ways)) {
      AddWay(layer, direct, memory::format_tag::nChw8c, ways);
    }
    if (type_ == memory::data_type::f32 && !layer.transposed) {
      AddWay(layer, algorithm::convolution_winograd, memory::format_tag::any, ways);
    }
    return ways;
  }

  // Unless there is none or only a reference for it, or it is one of `ways` already. Returns
  // whether there is a real one.
  bool AddWay(const ConvLayer& layer, algorithm kind, memory::format_tag order,
              std::vector<Way>& ways) const {
    try {
      Way way = layer.transposed ? MakeWay<dnnl::deconvolution_forward>(layer, kind, order)
                                 : MakeWay<dnnl::convolution_forward>(layer, kind, order);
      if (way.implementation.starts_with("ref")) return false;
      if (std::ranges::none_of(ways, [&](const Way& known) { return Same(known, way); })) {
        ways.push_back(std::move(way));
      }
      return true;
    } catch (const dnnl::error& e) {
      if (e.status != dnnl_unimplemented) throw Error(ErrorKind::kUnsupported, e.what());
      return false;
    }
  }

  static bool Same(const Way& a, const Way& b) {
    return a.implementation == b.implementation && a.source == b.source && a.result == b.result;
  }

  template <typename Operation>
  Way MakeWay(const ConvLayer& layer, algorithm kind, memory::format_tag order) const {
    const memory::desc source({1, layer.in, layer.height, layer.width}, type_, order);
    memory::dims extents = {layer.out / layer.groups, layer.in / layer.groups, layer.kernel_height,
                            layer.kernel_width};
    if (layer.groups > 1) extents.insert(extents.begin(), layer.groups);
    const memory::desc weights(extents, type_, memory::format_tag::any);
    const memory::desc bias({layer.out}, memory::data_type::f32, memory::format_tag::a);
    const memory::desc result({1, layer.out, layer.out_height, layer.out_width}, type_, order);
    const typename Operation::desc operation(dnnl::prop_kind::forward_inference, kind, source,
                                             weights, bias, result, {layer.stride, layer.stride},
                                             {layer.pads.top, layer.pads.left},
                                             {layer.pads.bottom, layer.pads.right});
    const typename Operation::primitive_desc description(operation, engine_);
    return {description.impl_info_str(),
            description.src_desc(),
            description.weights_desc(),
            description.bias_desc(),
            description.dst_desc(),
            Operation(description),
            {}};
  }

  // All ways read from one block and write to another: page faults and memory are paid once.
  void PlaceTensors() {
    const auto hold = [](AlignedVector<std::uint16_t>& block, const memory::desc& tensor) {
      block.resize(std::max(block.size(), tensor.get_size() / sizeof(std::uint16_t)));
    };
    for (const LayerWays& layer : layers_) {
      for (const Way& way : layer.ways) {
        hold(source_, way.source);
        hold(weights_, way.weights);
        hold(bias_, way.bias);
        hold(result_, way.result);
      }
    }
    for (auto* block : {&source_, &weights_, &bias_}) FillWithNumbers(*block);
    for (LayerWays& layer : layers_) {
      for (Way& way : layer.ways) {
        way.arguments = {{DNNL_ARG_SRC, {way.source, engine_, source_.data()}},
                         {DNNL_ARG_WEIGHTS, {way.weights, engine_, weights_.data()}},
                         {DNNL_ARG_BIAS, {way.bias, engine_, bias_.data()}},
                         {DNNL_ARG_DST, {way.result, engine_, result_.data()}}};
      }
    }
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  memory::data_type type_;
  int threads_;
  std::vector<LayerWays> layers_;
  AlignedVector<std::uint16_t> source_, weights_, bias_, result_;
};

}  // namespace

std::unique_ptr<Contender> MakeDnnl(const Subject& subject, Precision precision, int threads) {
  return std::make_unique<DnnlContender>(subject, precision, threads);
}

std::string DnnlVersion() {
  const dnnl_version_t& version = *dnnl_version();
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

}  // namespace winnow::peers
