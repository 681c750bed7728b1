// The ONNX Runtime that tests of exported files run them with.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>

#include "graph/model.h"
#include "ort_network.h"

namespace winnow {

// That of $WINNOW_ONNXRUNTIME, or the one that benchmarks/peers/run.sh installs.
inline std::string OnnxRuntimePath() {
  if (const char* path = std::getenv("WINNOW_ONNXRUNTIME")) return path;
  namespace fs = std::filesystem;
#ifdef __x86_64__
  const std::string cpu = "x64";
#else
  const std::string cpu = "arm64";
#endif
  const fs::path bin =
      fs::path(WINNOW_SOURCE_DIR) / "build/peers/npm/node_modules/onnxruntime-node/bin";
  if (!fs::is_directory(bin)) return "";
  for (const auto& api : fs::directory_iterator(bin)) {
    const fs::path file = api.path() / "linux" / cpu / "libonnxruntime.so.1";
    if (fs::exists(file)) return file;
  }
  return "";
}

// Null where there is none.
inline const peers::OrtLibrary* Library() {
  static const std::string path = OnnxRuntimePath();
  static const std::unique_ptr<peers::OrtLibrary> library =
      path.empty() ? nullptr : std::make_unique<peers::OrtLibrary>(path);
  return library.get();
}

// Skips without the library.
class OnnxRuntimeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (Library() == nullptr) {
      GTEST_SKIP() << "no ONNX Runtime: benchmarks/peers/run.sh installs one, or set "
                      "WINNOW_ONNXRUNTIME to a libonnxruntime.so";
    }
  }

  // Every sum of n terms may be off by n roundings of about the largest number.
  static double Tolerance(const Model& model) {
    double roundings = 0;
    for (const Node& node : model.graph.nodes()) {
      roundings += 1;
      for (ParamId id : ParamsOf(node.op)) {
        const Shape& shape = model.graph.param(id).shape;
        if (shape.size() == 4) roundings += static_cast<double>(shape[1] * shape[2] * shape[3]);
      }
    }
    return roundings * std::numeric_limits<float>::epsilon();
  }

  // Every number within `tolerance` times the largest that is wanted, which is not 0.
  static void ExpectNear(const Tensor& got, const Tensor& wanted, double tolerance) {
    ASSERT_EQ(got.size(), wanted.size());
    double largest = 0;
    double worst = 0;
    for (std::int64_t i = 0; i < wanted.size(); ++i) {
      largest = std::max(largest, std::abs(double{wanted.data[i]}));
      worst = std::max(worst, std::abs(double{got.data[i]} - wanted.data[i]));
    }
    EXPECT_GT(largest, 0);
    EXPECT_LE(worst, tolerance * largest);
  }
};

}  // namespace winnow
