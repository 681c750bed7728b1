// Installs into a folder, moves that elsewhere, and builds projects against it as users would.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "formats/model_file.h"
#include "image/codec.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "support/process.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

std::string ToPpm(const Image& image) {
  return "P6\n" + std::to_string(image.width()) + " " + std::to_string(image.height()) + "\n255\n" +
         std::string(reinterpret_cast<const char*>(image.data()), image.size_bytes());
}

class InstallTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"WINNOW_MODELS", "LD_LIBRARY_PATH"}) ::unsetenv(name);
    ::setenv("PKG_CONFIG_PATH", (prefix_ / WINNOW_LIBDIR / "pkgconfig").c_str(), 1);
    Run({CMAKE, "--install", WINNOW_BUILD_DIR, "--component", "winnow", "--prefix",
         (folder_ / "first").string()});
    fs::rename(folder_ / "first", prefix_);
    Model model = BuildNetwork("srvgg", {2, {{"width", 8}, {"blocks", 1}}});
    FillWeights(model);
    model.info.name = "tiny";
    WriteModel(model, prefix_ / "share/winnow/models/tiny.safetensors");
    WriteImage(image_, folder_ / "a.png");
    Spill(folder_ / "a.ppm", ToPpm(image_));
  }

  static std::string Run(const std::vector<std::string>& args) {
    const ProcessResult result = RunProcess(args);
    EXPECT_EQ(result.exit_code, 0) << args.front() << ": " << result.out << result.err;
    return result.out;
  }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  // By the installed program, and then the same bytes by `consumer`.
  void ExpectSameFile(const std::string& consumer) {
    Run({(prefix_ / "bin/winnow").string(), "restore", Path("a.png"), "-o", Path("b.png"), "-m",
         "tiny", "--quiet"});
    const std::string out = Run({consumer, "tiny", Path("a.png"), Path("c.png")});
    EXPECT_NE(out.find("tiny (srvgg"), std::string::npos) << out;
    EXPECT_TRUE(Slurp(folder_ / "b.png") == Slurp(folder_ / "c.png"));
  }
  void ExpectSamePixels(const std::string& consumer) {
    Run({(prefix_ / "bin/winnow").string(), "restore", Path("a.png"), "-o", Path("b.png"), "-m",
         "tiny", "--force", "--quiet"});
    Run({consumer, "tiny", Path("a.ppm"), Path("c.ppm")});
    EXPECT_TRUE(Slurp(folder_ / "c.ppm") == ToPpm(ReadImage(folder_ / "b.png")));
  }

  TemporaryFolder folder_;
  const fs::path prefix_ = folder_ / "moved";
  const Image image_ = MakePicture(45, 31);
};

TEST_F(InstallTest, EverythingIsThere) {
  for (const char* file :
       {"bin/winnow", "include/winnow/winnow.h", "include/winnow/winnow.hpp",
        "share/winnow/models/winnow-x4.safetensors", "share/man/man1/winnow.1",
        "share/bash-completion/completions/winnow", "share/zsh/site-functions/_winnow",
        "share/fish/vendor_completions.d/winnow.fish", "lib/winnow/pictures.so"}) {
    EXPECT_TRUE(fs::exists(prefix_ / file)) << file;
  }
  EXPECT_TRUE(fs::exists(prefix_ / WINNOW_LIBDIR / "libwinnow.so." WINNOW_VERSION));
  EXPECT_NE(Run({(prefix_ / "bin/winnow").string(), "info"}).find("tiny"), std::string::npos);
}

TEST_F(InstallTest, FormatsOfTheModule) {
  const std::vector<std::string> restore = {(prefix_ / "bin/winnow").string(),
                                            "restore",
                                            Path("a.png"),
                                            "-o",
                                            Path("b.webp"),
                                            "-m",
                                            "tiny"};
  Run(restore);
  EXPECT_EQ(ReadHeader(folder_ / "b.webp").format, "webp");
  fs::remove(prefix_ / "lib/winnow/pictures.so");
  fs::remove(folder_ / "b.webp");
  const ProcessResult without = RunProcess(restore);
  EXPECT_EQ(without.exit_code, 3);
  EXPECT_NE(without.err.find("lib/winnow/pictures.so"), std::string::npos) << without.err;
}

TEST_F(InstallTest, FindPackage) {
  Run({CMAKE, "-S", WINNOW_SOURCE_DIR "/examples", "-B", Path("build"), "-G", "Ninja",
       "-DCMAKE_PREFIX_PATH=" + prefix_.string()});
  Run({CMAKE, "--build", Path("build")});
  ExpectSameFile(Path("build/restore_file"));
  ExpectSamePixels(Path("build/restore_buffer"));
}

TEST_F(InstallTest, PkgConfig) {
  EXPECT_EQ(Run({PKG_CONFIG, "--modversion", "winnow"}), WINNOW_VERSION "\n");
  Run({"/bin/sh", "-c",
       "cc -std=c99 -Wall -Wextra -pedantic -Werror " WINNOW_SOURCE_DIR
       "/examples/restore_buffer.c -o " +
           Path("restore_buffer") +
           " $(" PKG_CONFIG " --cflags --libs winnow) -Wl,-rpath,$(" PKG_CONFIG
           " --variable=libdir winnow)"});
  ExpectSamePixels(Path("restore_buffer"));
  const ProcessResult missing =
      RunProcess({Path("restore_buffer"), "none", Path("a.ppm"), Path("d.ppm")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.err.find("built in: "), std::string::npos) << missing.err;
  EXPECT_NE(missing.err.find("tiny"), std::string::npos) << missing.err;
}

}  // namespace
}  // namespace winnow
