// The log.jsonl of a training run, as curves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

struct LogPoint {
  std::int64_t step = 0;
  double value = 0;
  bool operator==(const LogPoint&) const = default;
};

struct TrainingLog {
  std::vector<LogPoint> loss = {};
  std::vector<LogPoint> validation_psnr = {};  // dB
  std::vector<LogPoint> cost_fraction = {};    // of the dense cost; none in dense training
  std::string protocol = {};                   // of the validation
  std::int64_t last_step = 0;
  double seconds = 0;  // of training, at the last step
};

// Lines that are no JSON object are passed over: the last one of a run in progress may be torn.
TrainingLog ParseTrainingLog(std::string_view text);
// Errors: ReadFile's.
TrainingLog ReadTrainingLog(const std::filesystem::path& path);

}  // namespace winnow
