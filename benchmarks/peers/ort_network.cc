#include "ort_network.h"

#include <dlfcn.h>

#include "base/error.h"

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

OrtNetwork::OrtNetwork(const OrtLibrary& library, const std::string& onnx, int threads)
    : api_(library.api()),
      environment_(
          Make<OrtEnv>(api_, api_.ReleaseEnv,
                       [&](auto** p) { return api_.CreateEnv(kOrtLogError, "winnow", p); })),
      session_(MakeSession(api_, *environment_, onnx, threads)) {}

void OrtNetwork::Run(const OrtPicture& input, const std::vector<OrtPicture>& outputs) const {
  const Handle<OrtValue> input_value = ValueOver(api_, *input.tensor);
  std::vector<Handle<OrtValue>> kept;
  std::vector<OrtValue*> values;
  std::vector<const char*> names;
  for (const OrtPicture& output : outputs) {
    kept.push_back(ValueOver(api_, *output.tensor));
    values.push_back(kept.back().get());
    names.push_back(output.name.c_str());
  }
  const char* input_name = input.name.c_str();
  const OrtValue* inputs[] = {input_value.get()};
  Check(api_, api_.Run(session_.get(), nullptr, &input_name, inputs, 1, names.data(), names.size(),
                       values.data()));
}

}  // namespace winnow::peers
