// A small report for tests, made by hand.
#pragma once

#include "app/report/report.h"

namespace winnow {

// A dense model and two sparse ones of one run, with quality, times, curves and crops.
inline Report SmallReport() {
  Report report{.version = "1.2",
                .date = "2026-01-02",
                .command = "winnow report 'a & b'",
                .task = "super-resolution",
                .scale = 4,
                .width = 320,
                .height = 180,
                .timed_runs = 9,
                .protocol = "y-shave4",
                .baseline = "bicubic"};
  report.machine = {"A <CPU>", "avx2", 2, 50};
  report.sets = {{"Set1", 3, "00ff", Quality{28, 0.8}}};
  TrainingLog log{.loss = {{100, 0.03}, {200, 0.02}},
                  .validation_psnr = {{200, 28.5}},
                  .cost_fraction = {{100, 0.5}, {200, 0.25}},
                  .protocol = "y-shave4",
                  .last_step = 200,
                  .seconds = 60};
  report.runs = {{"sparse", "runs/sparse", 300, log}};
  const auto add = [&](const std::string& label, const std::string& method, std::int64_t macs,
                       double psnr, double ms, std::optional<Pattern> pattern) {
    ReportModel model{.label = label, .file = label + ".safetensors", .method = method};
    model.cost = {.exact_macs = macs,
                  .paper_macs = macs,
                  .dense_paper_macs = 8'000'000'000,
                  .params = macs / 10000,
                  .dense_params = 800'000,
                  .bytes = 12345};
    model.layers = {{"head", std::nullopt, 1},
                    {"body.1", pattern, pattern ? Density(*pattern) : 1}};
    model.quality = {{psnr, 0.9}};
    model.time = ReportTime{ms, 80, 0.5};
    report.models.push_back(model);
  };
  add("parent", "dense", 8'000'000'000, 31, 80, std::nullopt);
  add("sparse-0.5", "sls", 4'000'000'000, 30.5, 50, Pattern{16, 32});
  add("sparse<x>", "sls", 2'000'000'000, 30, 25, Pattern{8, 32});
  for (int i : {1, 2}) {
    report.models[i].run = 0;
    report.models[i].dense = 0;
    report.models[i].budget = i == 1 ? "0.5" : "0.25";
  }
  report.crops = {{"bird", "png", 4, 2, {{"bicubic", "abc"}, {"sparse<x>", "d"}, {"truth", "ef"}}}};
  return report;
}

}  // namespace winnow
