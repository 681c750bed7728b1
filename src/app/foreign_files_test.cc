#include "app/foreign_files.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace winnow {
namespace {

TEST(ForeignFiles, AreToldByTheirNames) {
  EXPECT_TRUE(IsOnnxFile("a/net.onnx"));
  EXPECT_FALSE(IsOnnxFile("net.pth"));
  for (const char* suffix : {".pth", ".pt", ".ckpt", ".bin", ".pkl"}) {
    EXPECT_TRUE(IsTorchFile(std::string("net") + suffix)) << suffix;
  }
  for (const char* name : {"net.onnx", "net.bin"}) EXPECT_TRUE(IsImportable(name)) << name;
  for (const char* name : {"net.safetensors", "net", "onnx", "net.tflite"}) {
    EXPECT_FALSE(IsImportable(name)) << name;
  }
}

TEST(ForeignFiles, ThoseThatNothingReadsAreRefused) {
  for (const char* name : {"net.onnx", "net.pth", "net.safetensors", "net"}) {
    EXPECT_NO_THROW(RefuseForeign(name)) << name;
  }
  try {
    RefuseForeign("net.tflite");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(std::string(error.what()).find("TensorFlow Lite"), std::string::npos);
  }
}

}  // namespace
}  // namespace winnow
