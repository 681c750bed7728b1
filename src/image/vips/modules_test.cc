#include "image/vips/modules.h"

#include <gtest/gtest.h>

#include "image/codec_testing.h"

namespace winnow {
namespace {

TEST(CodecModules, NoOthersThanThoseOfPicturesReadHere) {
  if (g_getenv("VIPSHOME") != nullptr) GTEST_SKIP() << "VIPSHOME names the modules to load";
  for (const char* format : {"png", "heif", "avif", "jxl", "unknown", ""}) LoadVipsModule(format);
  EXPECT_EQ(g_getenv("VIPSHOME"), nullptr);
  EXPECT_NE(vips_type_find("VipsForeignLoad", "VipsForeignLoadJpegSource"), 0u);
  for (const char* loader : {"VipsForeignLoadMagick7File", "VipsForeignLoadMagickFile",
                             "VipsForeignLoadPdfFile", "VipsForeignLoadOpenslideFile"}) {
    EXPECT_EQ(vips_type_find("VipsForeignLoad", loader), 0u) << loader;
  }
}

}  // namespace
}  // namespace winnow
