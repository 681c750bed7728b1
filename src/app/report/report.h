// A comparison of compressed models, as figures: what the page, the Markdown table and the JSON of
// winnow report are made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/report/training_log.h"
#include "graph/model.h"
#include "image/quality.h"
#include "sparsity/pattern.h"

namespace winnow {

// For one pass over the report's input extent; only weights other than zero count.
struct ModelCost {
  std::int64_t exact_macs = 0;        // multiply-adds of convolutions
  std::int64_t paper_macs = 0;        // by the counting rule of graph/cost.h
  std::int64_t dense_paper_macs = 0;  // the same of the dense network compared with
  std::int64_t params = 0;
  std::int64_t dense_params = 0;  // of the dense network compared with
  std::int64_t bytes = 0;         // of the file

  double fraction() const {
    return static_cast<double>(paper_macs) / static_cast<double>(dense_paper_macs);
  }
};

// A convolution, in graph order.
struct ReportLayer {
  std::string name = {};
  std::optional<Pattern> pattern = {};  // absent: dense
  double density = 1;                   // weights other than zero / weights
};

// Medians in the engine; the dense network is timed in the same turns.
struct ReportTime {
  double ms = 0;
  double dense_ms = 0;
  double fraction_of_peak = 0;  // of all threads; 0..1

  double speed_up() const { return dense_ms / ms; }
};

struct ReportModel {
  std::string label = {};  // unique in the report
  std::string file = {};
  ModelInfo info = {};
  std::string method = {};      // "dense", "sls", "greedy", ...
  std::string budget = {};      // as it was asked for; empty: not known
  std::optional<int> run = {};  // index into Report::runs
  // The dense model it is compared with, index into Report::models; absent: its own network, with
  // random weights where they are needed.
  std::optional<int> dense = {};
  ModelCost cost = {};
  std::vector<ReportLayer> layers = {};
  std::vector<Quality> quality = {};  // one a set
  std::vector<double> lpips = {};     // one a set, or none
  std::optional<ReportTime> time = {};

  std::optional<double> LpipsOn(std::size_t set) const {
    return lpips.empty() ? std::optional<double>() : lpips[set];
  }
  bool is_sparse() const {
    for (const ReportLayer& layer : layers) {
      if (layer.pattern) return true;
    }
    return false;
  }
};

struct ReportSet {
  std::string name = {};
  int pictures = 0;
  std::string digest = {};  // of the files, FNV-1a
  Quality baseline = {};    // of what Report::baseline names
  std::optional<double> baseline_lpips = {};
};

struct ReportRun {
  std::string name = {};
  std::string folder = {};
  std::int64_t steps = 0;  // that its recipe asks for; 0: not known
  TrainingLog log = {};
};

// The same part of a picture as several methods show it.
struct CropView {
  std::string name = {};
  std::string bytes = {};  // an encoded picture
};
struct CropPicture {
  std::string name = {};
  std::string format = {};  // of the bytes: "webp" or "png"
  int width = 0;
  int height = 0;
  std::vector<CropView> views = {};  // the input, the models, the truth
  int baseline = 0;                  // the view of what Report::baseline names
};

struct ReportMachine {
  std::string cpu = {};
  std::string isa = {};
  int threads = 1;
  double peak_per_thread = 0;  // multiply-adds a second / 1e9
};

struct Report {
  std::string version = {};
  std::string date = {};
  std::string command = {};  // that makes this report
  std::string task = {};     // of all models, as scale
  int scale = 1;
  int width = 0;  // of the input that costs and times are for
  int height = 0;
  int timed_runs = 0;         // 0: nothing was timed
  std::string protocol = {};  // of the quality figures
  std::string baseline = {};  // what models are better than: "bicubic", or the "input" at scale 1
  ReportMachine machine = {};
  std::vector<ReportSet> sets = {};
  std::vector<ReportRun> runs = {};
  std::vector<ReportModel> models = {};
  std::vector<CropPicture> crops = {};
};

}  // namespace winnow
