#include "kernels/conv/jit/code_memory.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace winnow {
namespace {

// How the system maps `address`: "rw-p" and the like.
std::string ProtectionOf(const void* address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char protection[5] = "";
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, protection) != 3) continue;
    const auto at = reinterpret_cast<unsigned long>(address);
    if (begin <= at && at < end) return protection;
  }
  return "";
}

TEST(CodeMemory, IsWritableOrExecutableNeverBoth) {
  CodeMemory memory;
  const std::vector<std::uint8_t> code(100, 0xc3);
  const std::uint8_t* const first = memory.Add(code.data(), code.size());
  EXPECT_EQ(ProtectionOf(first), "rw-p");
  memory.Seal();
  EXPECT_EQ(ProtectionOf(first), "r-xp");
  // What comes after a seal does not unseal what came before.
  const std::uint8_t* const second = memory.Add(code.data(), code.size());
  EXPECT_EQ(ProtectionOf(first), "r-xp");
  EXPECT_EQ(ProtectionOf(second), "rw-p");
  memory.Seal();
  EXPECT_EQ(ProtectionOf(second), "r-xp");
}

TEST(CodeMemory, KeepsWhatIsAddedOnLinesOfItsOwn) {
  CodeMemory memory;
  std::vector<const std::uint8_t*> places;
  std::vector<std::vector<std::uint8_t>> pieces;
  for (std::size_t size : {std::size_t{1}, std::size_t{65}, std::size_t{5} << 20, std::size_t{7}}) {
    pieces.emplace_back(size, static_cast<std::uint8_t>(size));
    places.push_back(memory.Add(pieces.back().data(), size));
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(places[i]) % 64, 0u);
    EXPECT_TRUE(std::equal(pieces[i].begin(), pieces[i].end(), places[i]));
  }
}

TEST(CodeMemory, NothingToSeal) { EXPECT_NO_THROW(CodeMemory().Seal()); }

}  // namespace
}  // namespace winnow
