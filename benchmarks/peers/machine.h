// What the figures were measured on.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace winnow::peers {

struct Machine {
  std::string cpu;       // "AMD EPYC"
  std::string revision;  // family, model and stepping, which tell what a bland name does not
  int threads = 1;       // processors this process may run on
  std::string kernel;
  double load = 0;              // average of the last minute, when the run began
  std::set<std::string> flags;  // of the processor, as the kernel names them

  bool Has(const std::string& flag) const { return flags.contains(flag); }
};

Machine ThisMachine();

// Those flags that decide which kernels run, in a fixed order.
std::vector<std::string> FlagsThatMatter(const Machine& machine);
// What is left out on this machine and why, one line each.
std::vector<std::string> LeftOut(const Machine& machine);
// "2026-11-24-amd-epyc": a folder's name.
std::string DateAndCpu(const Machine& machine);

}  // namespace winnow::peers
