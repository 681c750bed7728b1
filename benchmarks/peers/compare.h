// One subject, all contenders, in turns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ort_contender.h"
#include "subject.h"

namespace winnow::peers {

struct CompareOptions {
  int rounds = 5;
  int threads = 1;
  const OrtLibrary* ort = nullptr;  // null: left out, and results are not checked
  bool bfloat16 = false;            // whether the processor multiplies such numbers
  bool float16 = false;             // the same
};

struct Entry {
  std::string name{};
  bool ours = false;
  double gmacs = 0;                   // of a run, weights of zero not counted for ours
  std::vector<double> ms{};           // one figure a round
  std::optional<double> deviation{};  // from ONNX Runtime's result with the same weights, relative
                                      // to its largest number
  std::string absent{};               // why there are no figures; else empty
};

struct Comparison {
  std::string subject{};
  SubjectKind kind = SubjectKind::kNetwork;
  int width = 0;
  int height = 0;
  int threads = 1;
  std::vector<double> peaks{};  // GMAC/s of all threads at once, one figure a round
  std::vector<Entry> entries{};
};

// Rounds of peak, contender, contender, ...; one round more than asked, the first not recorded.
// Errors: kCorrupt when a float32 result is further than 1e-3 from ONNX Runtime's.
Comparison Compare(const Subject& subject, const CompareOptions& options);

}  // namespace winnow::peers
