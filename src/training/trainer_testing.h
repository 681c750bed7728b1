// What the tests of Train have in common.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "training/test_data.h"
#include "training/trainer.h"

namespace winnow {

// A folder with pictures in hr/, a recipe on them without a network, and runs of it beside them.
class TrainerFixture {
 protected:
  // The last of the pictures, 40x36 pixels, is for validation.
  explicit TrainerFixture(int pictures) {
    WriteWavyImages(Sub(folder_, "hr"), pictures, 40, 36);
    recipe_.data.hr = {Sub(folder_, "hr")};
    recipe_.data.validation_every = pictures;
    recipe_.batch = 4;
    recipe_.patch = 8;
    recipe_.weights_dtype = "f32";
  }

  TrainOptions Options(const std::string& run) const { return {.run_dir = folder_ / run}; }

  // The bytes of the trained model.
  std::string TrainAtOnce(const std::string& run) const {
    return ReadFile(Train(recipe_, Options(run)));
  }
  // The same, stopped and resumed after each of these steps.
  std::string TrainInSittings(const std::string& run, const std::vector<std::int64_t>& stops) {
    const std::int64_t log_every = std::exchange(recipe_.log_every, 1);  // to stop anywhere
    TrainOptions options = Options(run);
    for (std::int64_t last : stops) {
      std::atomic<bool> stop = false;
      options.stop = &stop;
      options.on_progress = [&](const TrainProgress& progress) { stop = progress.step >= last; };
      ExpectError(options, ErrorKind::kInterrupted, "after step " + std::to_string(last));
      options = Options(run);
      options.resume = true;
    }
    recipe_.log_every = log_every;
    return ReadFile(Train(recipe_, options));
  }

  void ExpectError(const TrainOptions& options, ErrorKind kind, const std::string& part) const {
    try {
      Train(recipe_, options);
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  // Lines of the run's log that have `key`.
  std::vector<nlohmann::json> Log(const std::string& run, const std::string& key = "") const {
    std::istringstream text(ReadFile(folder_ / run / "log.jsonl"));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(text, line);) {
      nlohmann::json json = nlohmann::json::parse(line);
      if (key.empty() || json.contains(key)) lines.push_back(std::move(json));
    }
    return lines;
  }

  TemporaryFolder folder_;
  Recipe recipe_;
};

}  // namespace winnow
