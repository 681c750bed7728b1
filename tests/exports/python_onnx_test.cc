// Python's onnx finds nothing wrong with exported files.
#include <gtest/gtest.h>

#include "executors/networks_under_test.h"
#include "executors/operators_under_test.h"
#include "formats/onnx/onnx_writer.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

TEST(PythonOnnx, EveryFileIsValid) {
  const std::string python = "/usr/bin/python3";  // the one that Debian's modules are for
  if (!std::filesystem::exists(python) ||
      RunProcess({python, "-c", "import onnx"}).exit_code != 0) {
    GTEST_SKIP() << python << " has no module onnx; install python3-onnx";
  }
  TemporaryFolder folder;
  int count = 0;
  const auto write = [&](const Model& model, const std::string& name) {
    WriteOnnx(model, folder / (name + ".onnx"));
    ++count;
  };
  for (const OperatorCase& c : OperatorCases()) write(c.model, c.name);
  for (const std::string& name : NetworkNames()) write(SmallNetwork(name), name);
  // Also infers all shapes and compares them with those that are stated.
  const std::string script =
      "import glob, onnx\n"
      "files = glob.glob('" +
      folder.path().string() +
      "/*.onnx')\n"
      "for file in files: onnx.checker.check_model(file, full_check=True)\n"
      "print(len(files))\n";
  const ProcessResult result = RunProcess({python, "-c", script});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, std::to_string(count) + "\n");
}

}  // namespace
}  // namespace winnow
