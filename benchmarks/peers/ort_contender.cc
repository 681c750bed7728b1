#include "ort_contender.h"

#include <dlfcn.h>

#include "base/error.h"
#include "graph/shapes.h"
#include "onnx.h"
#include "ort_api.h"

namespace winnow::peers {
namespace {

template <typename T>
using Handle = std::unique_ptr<T, void (*)(T*)>;

void Check(const OrtApi& api, OrtStatus* status) {
  if (status == nullptr) return;
  const std::string message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw Error(ErrorKind::kUnsupported, "ONNX Runtime: " + message);
}

// From create(&handle), which returns a status.
template <typename T, typename Create>
Handle<T> Make(const OrtApi& api, void (*release)(T*), const Create& create) {
  T* handle = nullptr;
  Check(api, create(&handle));
  return Handle<T>(handle, release);
}

Handle<OrtSession> MakeSession(const OrtApi& api, const OrtEnv& environment,
                               const std::string& onnx, int threads) {
  const auto options = Make<OrtSessionOptions>(
      api, api.ReleaseSessionOptions, [&](auto** p) { return api.CreateSessionOptions(p); });
  Check(api, api.SetIntraOpNumThreads(options.get(), threads));
  Check(api, api.SetSessionExecutionMode(options.get(), kOrtSequential));
  Check(api, api.SetSessionGraphOptimizationLevel(options.get(), kOrtOptimizeAll));
  // Its threads spin within a run, but not on the processors of whoever comes next.
  Check(api, api.AddSessionConfigEntry(options.get(), "session.force_spinning_stop", "1"));
  return Make<OrtSession>(api, api.ReleaseSession, [&](auto** p) {
    return api.CreateSessionFromArray(&environment, onnx.data(), onnx.size(), options.get(), p);
  });
}

Handle<OrtValue> ValueOver(const OrtApi& api, Tensor& tensor) {
  const auto memory = Make<OrtMemoryInfo>(api, api.ReleaseMemoryInfo, [&](auto** p) {
    return api.CreateCpuMemoryInfo(kOrtDeviceAllocator, kOrtMemoryDefault, p);
  });
  Shape shape = tensor.shape;
  shape.insert(shape.begin(), 1);
  return Make<OrtValue>(api, api.ReleaseValue, [&](auto** p) {
    return api.CreateTensorWithDataAsOrtValue(memory.get(), tensor.data.data(),
                                              tensor.data.size() * sizeof(float), shape.data(),
                                              shape.size(), kOrtFloat, p);
  });
}

Tensor EmptyResult(const Subject& subject) {
  const Graph& graph = subject.model.graph;
  const Dims dims = InferDims(graph, subject.height, subject.width)[graph.output()];
  return Tensor({dims.channels, dims.height, dims.width});
}

class OrtContender : public Contender {
 public:
  OrtContender(const OrtApi& api, const Subject& subject, const Model& model, int threads)
      : api_(api),
        environment_(
            Make<OrtEnv>(api, api.ReleaseEnv,
                         [&](auto** p) { return api.CreateEnv(kOrtLogError, "peers", p); })),
        session_(
            MakeSession(api, *environment_, ToOnnx(model, subject.height, subject.width), threads)),
        input_(InputOf(subject)),
        output_(EmptyResult(subject)),
        input_value_(ValueOver(api, input_)),
        output_value_(ValueOver(api, output_)) {}

  double Run() override {
    return Settled([this] { return Elapsed([this] { RunOnce(); }); });
  }
  std::optional<Tensor> Result() override {
    RunOnce();
    return output_;
  }

 private:
  void RunOnce() {
    const OrtValue* inputs[] = {input_value_.get()};
    OrtValue* outputs[] = {output_value_.get()};
    Check(api_,
          api_.Run(session_.get(), nullptr, &kOnnxInput, inputs, 1, &kOnnxOutput, 1, outputs));
  }

  const OrtApi& api_;
  Handle<OrtEnv> environment_;
  Handle<OrtSession> session_;
  Tensor input_, output_;
  Handle<OrtValue> input_value_, output_value_;
};

}  // namespace

OrtLibrary::OrtLibrary(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // stays loaded to the end
  if (library == nullptr) throw Error(ErrorKind::kNotFound, dlerror());
  const auto get_base = reinterpret_cast<const OrtApiBase* (*)()>(dlsym(library, "OrtGetApiBase"));
  if (get_base == nullptr) throw Error(ErrorKind::kUnsupported, path + ": not ONNX Runtime");
  version_ = get_base()->GetVersionString();
  api_ = get_base()->GetApi(kOrtApiVersion);
  if (api_ == nullptr) throw Error(ErrorKind::kUnsupported, path + ": too old, " + version_);
}

std::unique_ptr<Contender> MakeOrt(const OrtLibrary& library, const Subject& subject,
                                   const Model& model, int threads) {
  return std::make_unique<OrtContender>(library.api(), subject, model, threads);
}

}  // namespace winnow::peers
