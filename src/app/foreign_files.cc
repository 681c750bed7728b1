#include "app/foreign_files.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"

namespace winnow {

namespace fs = std::filesystem;

bool IsOnnxFile(const fs::path& path) { return path.extension() == ".onnx"; }

bool IsTorchFile(const fs::path& path) {
  constexpr const char* kTorch[] = {".pth", ".pt", ".ckpt", ".bin", ".pkl"};
  return std::ranges::find(kTorch, path.extension()) != std::end(kTorch);
}

bool IsImportable(const fs::path& path) { return IsOnnxFile(path) || IsTorchFile(path); }

void RefuseForeign(const fs::path& path) {
  struct Kind {
    const char* suffix;
    const char* of;
  };
  constexpr Kind kKinds[] = {{".ort", "ONNX Runtime (its own form)"},
                             {".json", "TensorFlow.js"},
                             {".param", "ncnn"},
                             {".tflite", "TensorFlow Lite"},
                             {".pb", "TensorFlow"},
                             {".h5", "Keras"},
                             {".mlmodel", "Core ML"},
                             {".xml", "OpenVINO"},
                             {".keras", "Keras"},
                             {".engine", "TensorRT"},
                             {".gguf", "ggml"}};
  for (const Kind& kind : kKinds) {
    if (path.extension() != kind.suffix) continue;
    throw Error(ErrorKind::kUnsupported,
                path.string() + ": a file of " + kind.of +
                    ", which is not read; export it from where it was trained as ONNX, or "
                    "take its PyTorch or safetensors file");
  }
}

}  // namespace winnow
