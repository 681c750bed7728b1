// The record of a training run: one JSON object a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace winnow {

class RunLog {
 public:
  // Appends to `path`. Lines of an earlier session that are torn or lie beyond `last_step` (their
  // steps will be run again) are dropped first. Errors: kIo.
  RunLog(const std::filesystem::path& path, std::int64_t last_step);

  // Adds "step" to `fields` and writes the line through to the system. Errors: kIo.
  void Write(std::int64_t step, nlohmann::ordered_json fields);
  void Message(std::int64_t step, const std::string& text);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace winnow
