// What winnow compress says about a finished model.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/calibration.h"

namespace winnow {

struct CompressedLayer {
  std::string name;
  int kept = 0;     // of `whole`: weights of a group, or filters
  int whole = 0;    // kept == whole is dense
  double cost = 0;  // in the unit of the report
  double dense_cost = 0;
  std::optional<double> error = {};  // both as of GreedyLayer
  std::optional<double> loss = {};
};

// Crops that a model was compared on.
struct MeasuredOn {
  int crops = 0;
  int pictures = 0;
  SeenBy seen_by = SeenBy::kNothing;
};

struct CompressReport {
  std::string model;  // the file
  std::string method;
  std::string budget;
  int m = 0;  // of the patterns N:M; 0: whole filters were removed
  std::vector<CompressedLayer> layers;
  std::string cost_unit;  // of the layers' costs
  float pixel_range = 1;
  double kept = 0;  // of the cost of the dense layers
  std::int64_t params = 0;
  std::int64_t nonzero_params = 0;
  std::int64_t bytes = 0;                 // of the file
  std::optional<MeasuredOn> measured_on;  // absent, as what follows: nothing was compared
  std::optional<double> psnr_to_dense;
  std::optional<double> psnr_to_dense_untrained;  // both as pruned, before training went on
  std::optional<double> psnr_untrained;
  std::optional<double> psnr_dense;  // both against the sharp pictures
  std::optional<double> psnr_compressed;
  double seconds = 0;
};

// Mean squared difference of samples in 0..range as PSNR, dB.
double Decibels(double mean_square, float range);

std::string FormatReport(const CompressReport& report);
nlohmann::ordered_json ToJson(const CompressReport& report);

}  // namespace winnow
