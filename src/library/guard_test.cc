#include "library/guard.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/error.h"
#include "winnow/version.h"

namespace winnow {
namespace {

TEST(Guarded, EveryExceptionHasAStatus) {
  EXPECT_EQ(Guarded([] {}), WINNOW_OK);
  EXPECT_EQ(Guarded([] { throw Error(ErrorKind::kNotFound, "no x"); }), WINNOW_NOT_FOUND);
  EXPECT_STREQ(winnow_last_error(), "no x");
  EXPECT_EQ(Guarded([] { throw Error(ErrorKind::kInterrupted, ""); }), WINNOW_CANCELLED);
  EXPECT_EQ(Guarded([] { throw Error(ErrorKind::kOutOfBudget, ""); }), WINNOW_OUT_OF_BUDGET);
  EXPECT_EQ(Guarded([] { throw std::bad_alloc(); }), WINNOW_OUT_OF_BUDGET);
  EXPECT_STREQ(winnow_last_error(), "out of memory");
  EXPECT_EQ(Guarded([] { std::filesystem::create_directory("/proc/no/such"); }), WINNOW_IO);
  EXPECT_EQ(Guarded([] { throw std::logic_error("a fault"); }), WINNOW_INTERNAL);
  EXPECT_STREQ(winnow_last_error(), "a fault");
  EXPECT_EQ(Guarded([] { throw 7; }), WINNOW_INTERNAL);
}

TEST(Guarded, SuccessLeavesTheLastErrorAlone) {
  RequireGiven("x", "x");
  EXPECT_EQ(Guarded([] { RequireGiven(nullptr, "picture"); }), WINNOW_INVALID_ARGUMENT);
  EXPECT_EQ(Guarded([] {}), WINNOW_OK);
  EXPECT_STREQ(winnow_last_error(), "picture is null");
}

TEST(LastError, EveryThreadHasItsOwn) {
  Guarded([] { throw Error(ErrorKind::kIo, "mine"); });
  std::thread([] {
    EXPECT_STREQ(winnow_last_error(), "");
    Guarded([] { throw Error(ErrorKind::kIo, "other"); });
    EXPECT_STREQ(winnow_last_error(), "other");
  }).join();
  EXPECT_STREQ(winnow_last_error(), "mine");
}

TEST(StatusName, EveryStatusHasItsOwn) {
  std::set<std::string> names;
  for (int status = WINNOW_OK; status <= WINNOW_INTERNAL; ++status) {
    names.insert(winnow_status_name(static_cast<winnow_status>(status)));
  }
  EXPECT_EQ(names.size(), 9u);
  EXPECT_FALSE(names.contains("unknown status"));
  EXPECT_STREQ(winnow_status_name(static_cast<winnow_status>(99)), "unknown status");
}

TEST(Version, NumberAndTextAgree) {
  EXPECT_EQ(winnow_version(), WINNOW_VERSION_NUMBER);
  const unsigned version = winnow_version();
  EXPECT_EQ(std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 255) + "." +
                std::to_string(version & 255),
            winnow_version_string());
  EXPECT_LT(WINNOW_MAKE_VERSION(0, 9, 255), WINNOW_MAKE_VERSION(1, 0, 0));
}

}  // namespace
}  // namespace winnow
