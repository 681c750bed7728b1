#include "training/run_log.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "base/file.h"

namespace winnow {
namespace {

bool IsKept(const std::string& line, std::int64_t last_step) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.value("step", last_step + 1) <= last_step;
}

void DropBeyond(const std::filesystem::path& path, std::int64_t last_step) {
  std::istringstream lines(ReadFile(path));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (IsKept(line, last_step)) kept += line + "\n";
  }
  WriteFile(path, kept);
}

}  // namespace

RunLog::RunLog(const std::filesystem::path& path, std::int64_t last_step) : path_(path) {
  if (std::filesystem::exists(path)) DropBeyond(path, last_step);
  file_.open(path, std::ios::app);
}

void RunLog::Write(std::int64_t step, nlohmann::ordered_json fields) {
  nlohmann::ordered_json line = {{"step", step}};
  line.update(fields);
  file_ << line.dump() << std::endl;
  if (!file_) throw Error(ErrorKind::kIo, path_.string() + ": cannot be written");
}

void RunLog::Message(std::int64_t step, const std::string& text) {
  Write(step, {{"message", text}});
}

}  // namespace winnow
