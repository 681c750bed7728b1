// The Debian package.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/process.h"

namespace winnow {
namespace {

TEST(DebianPackage, HoldsWhatIsInstalledAndKnowsWhatItNeeds) {
  if (RunProcess(
          {"/bin/sh", "-c", "command -v dpkg-deb && command -v dpkg-shlibdeps && command -v file"})
          .exit_code != 0) {
    GTEST_SKIP() << "no dpkg-deb here";
  }
  const TemporaryFolder folder;
  const ProcessResult packed =
      RunProcess({CPACK, "-G", "DEB", "--config", WINNOW_BUILD_DIR "/CPackConfig.cmake", "-B",
                  folder.path().string(), "-D", "CPACK_COMPONENTS_ALL=winnow"});
  ASSERT_EQ(packed.exit_code, 0) << packed.out << packed.err;
  std::string package;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".deb") package = entry.path().string();
  }
  ASSERT_NE(package.find("winnow_" WINNOW_VERSION), std::string::npos) << packed.out;

  const std::string files = RunProcess({"/usr/bin/env", "dpkg-deb", "-c", package}).out;
  for (const char* file :
       {"./usr/bin/winnow\n", "/libwinnow.so." WINNOW_VERSION, "./usr/lib/winnow/pictures.so\n",
        "./usr/include/winnow/winnow.h\n", "./usr/share/winnow/models/winnow-x4.safetensors\n",
        "./usr/share/man/man1/winnow.1\n", "./usr/share/bash-completion/completions/winnow\n",
        "./usr/share/zsh/vendor-completions/_winnow\n",
        "./usr/share/fish/vendor_completions.d/winnow.fish\n", "./usr/share/doc/winnow/copyright\n",
        "/pkgconfig/winnow.pc\n", "/cmake/Winnow/WinnowConfig.cmake\n"}) {
    EXPECT_NE(files.find(file), std::string::npos) << file << " is not in\n" << files;
  }
  EXPECT_EQ(files.find("winnow-training"), std::string::npos);
  const std::string needs = RunProcess({"/usr/bin/env", "dpkg-deb", "-f", package, "Depends"}).out;
  EXPECT_NE(needs.find("libvips"), std::string::npos) << needs;
  EXPECT_EQ(needs.find("libtorch"), std::string::npos) << needs;

  const std::string root = (folder / "root").string();
  ASSERT_EQ(RunProcess({"/usr/bin/env", "dpkg-deb", "-x", package, root}).exit_code, 0);
  const ProcessResult info = RunProcess({root + "/usr/bin/winnow", "info", "winnow-x4"});
  EXPECT_EQ(info.exit_code, 0) << info.err;
}

}  // namespace
}  // namespace winnow
