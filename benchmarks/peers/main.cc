// Winnow against ONNX Runtime, libtorch and oneDNN on this machine.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "compare.h"
#include "dnnl_contender.h"
#include "kernels/isa.h"
#include "machine.h"
#include "report.h"
#include "torch_contender.h"

namespace winnow::peers {
namespace {

struct Arguments {
  std::vector<std::string> subjects;
  std::vector<std::string> models;
  int width = 320, height = 180;
  std::vector<int> threads = {1, 2};
  int rounds = 5;
  bool list = false;
  std::string onnx_runtime;
  std::string results;
  std::string revision = "unknown";
};

// Freed memory is kept: what libtorch allocates anew in each run would else cost a page fault a
// page. For all contenders alike.
void KeepFreedMemory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 256 << 20);
}

// Those whose names begin with one of `wanted`; without any, all that are meant to run by default.
std::vector<Subject> Chosen(const std::vector<std::string>& wanted) {
  std::vector<Subject> subjects = AllSubjects();
  for (const std::string& start : wanted) {
    if (std::ranges::none_of(subjects,
                             [&](const Subject& s) { return s.name.starts_with(start); })) {
      throw Error(ErrorKind::kInvalidArgument, "no subject '" + start + "'; see --list");
    }
  }
  std::erase_if(subjects, [&](const Subject& subject) {
    if (wanted.empty()) return !subject.by_default;
    return std::ranges::none_of(
        wanted, [&](const std::string& start) { return subject.name.starts_with(start); });
  });
  return subjects;
}

void List() {
  for (const Subject& subject : AllSubjects()) {
    std::printf("%s%s\n", subject.name.c_str(), subject.by_default ? "" : "  (only when asked)");
  }
}

struct Run {
  Machine machine;
  Versions versions;
  std::vector<Comparison> comparisons;
  std::string tables;
};

Run CompareAll(const Arguments& a) {
  const std::vector<Subject> subjects =
      a.models.empty() ? Chosen(a.subjects)
                       : std::vector<Subject>{FromFiles(a.models, a.width, a.height)};
  std::optional<OrtLibrary> ort;
  if (!a.onnx_runtime.empty()) ort.emplace(a.onnx_runtime);
  Run run;
  run.machine = ThisMachine();
  run.versions = {{"winnow", a.revision + ", " + std::string(Name(ChooseIsa()))},
                  {"ONNX Runtime", ort ? ort->version() : "left out, and no result is checked"},
                  {"libtorch", TorchVersion()},
                  {"oneDNN", DnnlVersion()},
                  {"compiler", __VERSION__}};
  std::printf("%s\n%s\n", ToNote(run.machine, run.versions).c_str(), Legend(a.rounds).c_str());
  CompareOptions options;
  options.rounds = a.rounds;
  options.ort = ort ? &*ort : nullptr;
  options.float16 = run.machine.Has("avx512_fp16");
  options.bfloat16 = run.machine.Has("avx512_bf16") || run.machine.Has("amx_bf16");
  for (const Subject& subject : subjects) {
    for (int threads : a.threads) {
      options.threads = threads;
      run.comparisons.push_back(Compare(subject, options));
      const std::string table = ToTable(run.comparisons.back());
      std::printf("%s\n", table.c_str());
      std::fflush(stdout);
      run.tables += table + "\n";
    }
  }
  return run;
}

void Save(const Arguments& a, const Run& run) {
  const auto folder = std::filesystem::path(a.results) / DateAndCpu(run.machine);
  std::filesystem::create_directories(folder);
  nlohmann::ordered_json json = {{"machine", ToJson(run.machine, run.versions)},
                                 {"rounds", a.rounds},
                                 {"comparisons", nlohmann::ordered_json::array()}};
  for (const Comparison& c : run.comparisons) json["comparisons"].push_back(ToJson(c));
  WriteFile(folder / "peers.json", json.dump(1) + "\n");
  WriteFile(folder / "peers.txt", Legend(a.rounds) + "\n" + run.tables);
  WriteFile(folder / "machine.txt", ToNote(run.machine, run.versions));
  std::fprintf(stderr, "written to %s\n", folder.c_str());
}

}  // namespace

int Main(int argc, char** argv) {
  Arguments a;
  CLI::App app("Times Winnow against ONNX Runtime, libtorch and oneDNN, in turns");
  app.add_option("--subject", a.subjects,
                 "Start of the name of a layer or network; again for more");
  app.add_option("--models", a.models,
                 "Model files instead of subjects: a dense network, then sparse ones made of it");
  app.add_option("--width", a.width, "Of the input of --models, in pixels (default: 320)")
      ->check(CLI::Range(1, 1 << 16));
  app.add_option("--height", a.height, "The same (default: 180)")->check(CLI::Range(1, 1 << 16));
  app.add_option("--threads", a.threads, "Thread counts to compare at (default: 1 2)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--rounds", a.rounds, "Rounds to take medians of (default: 5)")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--list", a.list, "Name the subjects and stop");
  app.add_option("--onnxruntime", a.onnx_runtime, "Its shared library");
  app.add_option("--results", a.results, "Write figures into a folder of today's date below this")
      ->take_last();
  app.add_option("--revision", a.revision, "What is measured, for the note");
  CLI11_PARSE(app, argc, argv);
  if (a.list) {
    List();
    return 0;
  }
  KeepFreedMemory();
  try {
    const Run run = CompareAll(a);
    if (!a.results.empty()) Save(a, run);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "winnow-peers: %s\n", e.what());
    return 1;
  }
  return 0;
}

}  // namespace winnow::peers

int main(int argc, char** argv) { return winnow::peers::Main(argc, argv); }
