#include "torch_contender.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <torch/version.h>

#include "base/error.h"
#include "training/at_tensor.h"
#include "training/graph_forward.h"

namespace winnow::peers {
namespace {

// The BLAS has threads of its own, which libtorch does not tell.
void SetBlasThreads(int threads) {
  using SetThreads = void (*)(int);
  const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set != nullptr) set(threads);
}

class TorchContender : public Contender {
 public:
  TorchContender(const Subject& subject, Precision precision, int threads)
      : graph_(subject.model.graph), threads_(threads) {
    const at::ScalarType type = precision == Precision::kFloat32 ? at::kFloat : at::kBFloat16;
    const auto prepare = [&](const Tensor& tensor) {
      const at::Tensor x = ToAten(tensor).to(type);
      return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
    };
    for (const Tensor& weight : subject.model.weights) weights_.push_back(prepare(weight));
    Tensor input = InputOf(subject);
    input.shape.insert(input.shape.begin(), 1);
    input_ = prepare(input);
    try {
      Forward();
    } catch (const c10::Error& e) {
      throw Error(ErrorKind::kUnsupported, e.what_without_backtrace());
    }
  }

  double Run() override {
    return Settled([this] { return Elapsed([this] { Forward(); }); });
  }
  std::optional<Tensor> Result() override { return FromAten(Forward().squeeze(0)); }

 private:
  at::Tensor Forward() {
    const at::NoGradGuard no_grad;
    at::set_num_threads(threads_);
    SetBlasThreads(threads_);
    return GraphForward(graph_, input_, weights_).back();
  }

  Graph graph_;
  int threads_;
  std::vector<at::Tensor> weights_;
  at::Tensor input_;
};

}  // namespace

std::unique_ptr<Contender> MakeTorch(const Subject& subject, Precision precision, int threads) {
  return std::make_unique<TorchContender>(subject, precision, threads);
}

std::string TorchVersion() { return TORCH_VERSION; }

}  // namespace winnow::peers
