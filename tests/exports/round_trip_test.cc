// A network of another project, imported and exported again, is in ONNX Runtime the network that it
// was.
#include "app/export_model.h"
#include "app/import_model.h"
#include "base/file.h"
#include "base/rounding.h"
#include "executors/networks_under_test.h"
#include "exports/onnxruntime.h"
#include "formats/onnx/onnx_writer.h"
#include "support/foreign_onnx.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;
using peers::OrtNetwork;

constexpr int kNoTorch = 77;

class RoundTrip : public OnnxRuntimeTest {
 protected:
  static Tensor Run(const std::string& onnx, const char* in, const char* out, Tensor input,
                    int scale) {
    Tensor output({3, input.dim(1) * scale, input.dim(2) * scale});
    OrtNetwork(*Library(), onnx, 1).Run({in, &input}, {{out, &output}});
    return output;
  }

  // The file's own input and output are "x" and "y".
  void Check(const fs::path& file, int scale) const {
    SCOPED_TRACE(file);
    const Model model = ImportModel(file, {.range = "0..1"}).model;
    ASSERT_EQ(model.info.scale, scale);
    const fs::path again = folder_.path() / "again.onnx";
    ExportModel(model, again, {});
    for (const Size wanted : {Size{33, 48}, Size{20, 17}}) {
      const int multiple = model.info.size_multiple;
      const Size size = {RoundUp<std::int64_t>(wanted.height, multiple),
                         RoundUp<std::int64_t>(wanted.width, multiple)};
      Tensor input = RandomInput(3, size, 5);
      for (float& v : input.data) v = 0.5f + 0.2f * v;
      const Tensor theirs = Run(ReadFile(file), "x", "y", input, scale);
      const Tensor ours = Run(ReadFile(again), kOnnxInput, kOnnxOutput, input, scale);
      SCOPED_TRACE(std::to_string(size.height) + "x" + std::to_string(size.width));
      ExpectNear(ours, theirs, Tolerance(model));
    }
  }

  TemporaryFolder folder_;
};

TEST_F(RoundTrip, OpsetsMadeByHand) {
  for (int opset = 17; opset <= 21; ++opset) {
    const fs::path file = folder_.path() / ("opset" + std::to_string(opset) + ".onnx");
    WriteFile(file, ForeignNetwork(opset));
    Check(file, 2);
  }
}

TEST_F(RoundTrip, NetworksOfPyTorch) {
  const ProcessResult python =
      RunProcess({"/usr/bin/python3", WINNOW_NETWORKS_SCRIPT, folder_.path().string()});
  if (python.exit_code == kNoTorch || python.exit_code == 127) {
    GTEST_SKIP() << "no PyTorch for Python here";
  }
  ASSERT_EQ(python.exit_code, 0) << python.err;
  for (const auto& [name, scale] :
       {std::pair("nafnet", 1), std::pair("rrdb", 2), std::pair("edsr", 2),
        std::pair("gelu_bicubic", 3), std::pair("gelu_bicubic_11", 3)}) {
    Check(folder_.path() / (std::string(name) + ".onnx"), scale);
  }
}

}  // namespace
}  // namespace winnow
