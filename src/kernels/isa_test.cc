#include "kernels/isa.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"

namespace winnow {
namespace {

class IsaTest : public testing::Test {
 protected:
  void TearDown() override { unsetenv("WINNOW_ISA"); }
};

TEST_F(IsaTest, BestFirst) {
  const std::vector<Isa>& isas = AvailableIsas();
  ASSERT_FALSE(isas.empty());
  for (std::size_t i = 1; i < isas.size(); ++i) EXPECT_GE(Lanes(isas[i - 1]), Lanes(isas[i]));
  EXPECT_EQ(ChooseIsa(), isas.front());
}

TEST_F(IsaTest, EnvironmentForcesATarget) {
  for (Isa isa : AvailableIsas()) {
    setenv("WINNOW_ISA", std::string(Name(isa)).c_str(), 1);
    EXPECT_EQ(ChooseIsa(), isa);
  }
}

TEST_F(IsaTest, UnknownTargetIsAnErrorThatListsTheOthers) {
  setenv("WINNOW_ISA", "abacus", 1);
  try {
    ChooseIsa();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kUnsupported);
    EXPECT_NE(std::string(e.what()).find("abacus"), std::string::npos);
    EXPECT_NE(std::string(e.what()).find(Name(AvailableIsas().back())), std::string::npos);
  }
}

}  // namespace
}  // namespace winnow
