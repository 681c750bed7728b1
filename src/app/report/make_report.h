// Measuring everything that a report holds.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "app/report/report.h"
#include "engine/session.h"

namespace winnow {

struct ReportOptions {
  std::vector<std::string> subjects;  // as ReadSubjects takes them
  std::vector<std::string> sets;      // folders as FindEvalSet takes them; may be empty
  std::string blurred = "blur";       // inputs of deblurring sets, as FindEvalSet takes them
  std::string lpips;                  // file of weights (app/lpips.h); empty: not measured
  int width = 0;                      // of the input; 0: QuotedSize
  int height = 0;
  int threads = 1;
  int timed_runs = 9;  // 0: nothing is timed
  CostSource costs = CostSource::kCached;
  std::string version;
  std::string date;
  std::string command;
  std::function<void(const std::string&)> on_progress;  // what is being done; may be empty
  const std::atomic<bool>* stop = nullptr;
};

// Models are run by the engine, exactly, with their packed sparse weights. Errors: ReadSubjects's,
// FindEvalSet's, Evaluate's, Session's; kInterrupted.
Report MakeReport(const ReportOptions& options);

}  // namespace winnow
