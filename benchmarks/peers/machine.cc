#include "machine.h"

#include <sys/utsname.h>

#include <cctype>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

#include "base/parallel.h"

namespace winnow::peers {
namespace {

// "key : value" of the first processor.
std::map<std::string, std::string> ProcessorFields() {
  std::map<std::string, std::string> fields;
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line) && !line.empty();) {
    const auto colon = line.find(':');
    const auto key_end = line.find_last_not_of(" \t", colon - 1);
    if (colon == std::string::npos || colon + 2 > line.size()) continue;
    fields[line.substr(0, key_end + 1)] = line.substr(colon + 2);
  }
  return fields;
}

}  // namespace

Machine ThisMachine() {
  auto fields = ProcessorFields();
  Machine machine;
  machine.cpu = fields["model name"];
  machine.revision = "family " + fields["cpu family"] + ", model " + fields["model"] +
                     ", stepping " + fields["stepping"];
  machine.threads = HardwareThreads();
  utsname system;
  if (uname(&system) == 0) machine.kernel = std::string(system.sysname) + " " + system.release;
  getloadavg(&machine.load, 1);
  std::istringstream flags(fields["flags"]);
  for (std::string flag; flags >> flag;) machine.flags.insert(flag);
  return machine;
}

std::vector<std::string> FlagsThatMatter(const Machine& machine) {
  std::vector<std::string> present;
  for (const char* flag : {"avx2", "fma", "avx512f", "avx512bw", "avx512vl", "avx512_bf16",
                           "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8", "hypervisor"}) {
    if (machine.Has(flag)) present.push_back(flag);
  }
  return present;
}

std::vector<std::string> LeftOut(const Machine& machine) {
  std::vector<std::string> lines;
  if (!machine.Has("avx512_fp16")) {
    lines.push_back("fp16 arithmetic: this processor has no avx512_fp16");
  }
  if (!machine.Has("avx512_bf16") && !machine.Has("amx_bf16")) {
    lines.push_back("bf16: this processor has neither avx512_bf16 nor amx_bf16");
  } else if (!machine.Has("amx_bf16")) {
    lines.push_back("AMX: this processor has no amx_bf16; bf16 runs on avx512_bf16");
  }
  return lines;
}

std::string DateAndCpu(const Machine& machine) {
  const std::time_t now = std::time(nullptr);
  char date[16];
  std::strftime(date, sizeof date, "%Y-%m-%d", std::gmtime(&now));
  std::string name = date;
  bool gap = true;
  for (const unsigned char c : machine.cpu) {
    if (std::isalnum(c)) {
      if (gap) name += '-';
      name += static_cast<char>(std::tolower(c));
    }
    gap = !std::isalnum(c);
  }
  return name;
}

}  // namespace winnow::peers
