// The models that a report is about, and where they come from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/report/report.h"
#include "graph/model.h"

namespace winnow {

struct Subject {
  std::filesystem::path file = {};
  Model model = {};
  std::string label = {};       // unique: the file's name, with its folder's where needed
  std::string method = {};      // "dense" without patterns where nothing says otherwise
  std::string budget = {};      // empty: not known
  std::string parent = {};      // the model it was compressed from, by name; empty: not known
  std::optional<int> run = {};  // index into Subjects::runs
};

struct Subjects {
  std::vector<ReportRun> runs = {};
  std::vector<Subject> models = {};
};

// Each argument is a run folder of winnow train (its log and all its models: the pruned one it
// began with, snapshots of large budgets first, the finished model last), a model file, or a
// built-in model by name. Errors: kInvalidArgument (a folder that is no run, naming what is
// missing; the same file twice; models of different scales or tasks), LoadModel's.
Subjects ReadSubjects(const std::vector<std::string>& arguments);

}  // namespace winnow
