// What winnow compress is asked for, and its ways of doing it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/calibration.h"
#include "cli/commands.h"
#include "cli/compress_report.h"
#include "cli/console.h"

namespace winnow {

struct CompressArguments {
  std::string model;
  std::string method = "greedy";
  std::string budget = "0.25";
  std::string latency_table;
  int m = 32;
  std::vector<std::string> data;
  std::string range;   // of a network to import
  std::string colour;  // the same
  std::string output;
  std::string name;
  CalibrationOptions calibration;
  int threads = 0;
  bool force = false;
  bool json = false;
  Console console;
  // Of methods that train; 0: as CompressionRecipe chooses, after greedy not at all.
  std::vector<std::string> target;
  bool brings_targets = false;  // `target` is of sets in `data`: one for each of its first folders
  std::string labels;           // "photos", "teacher"; empty: as HasTeacherLabels chooses
  std::int64_t steps = 0;
  double learning_rate = 0;
  int batch = 0;
  int patch = 0;
  std::string device = "cpu";
  std::string run_dir;       // empty: beside the output
  std::string write_recipe;  // file; empty: train
  bool resume = false;
};

// The name that the compressed model is given.
std::string CompressedName(const CompressArguments& arguments);

// Where training keeps its checkpoint and log.
std::filesystem::path RunFolder(const CompressArguments& arguments);

// One of a kind each. They write arguments.output and fill in what the method knows of the report.
CompressReport CompressGreedily(CompressArguments& arguments, const CommandLine& line);
CompressReport CompressByTraining(CompressArguments& arguments, const CommandLine& line);

// Writes the recipe of a method that trains to arguments.write_recipe instead.
void WriteCompressionRecipe(const CompressArguments& arguments, const CommandLine& line);

}  // namespace winnow
