#include "app/report/subjects.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "app/models.h"
#include "app/report/text.h"
#include "base/error.h"
#include "formats/model_file.h"
#include "formats/safetensors.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr char kCheckpoint[] = "checkpoint.safetensors";
constexpr char kLog[] = "log.jsonl";
constexpr char kPruned[] = "pruned.safetensors";  // by winnow compress --method greedy --steps
constexpr char kFinetune[] = "finetune";  // of a pruned model, which says itself how it was made

using Metadata = std::map<std::string, std::string>;

std::string Find(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

// What the run's checkpoint says about its recipe; nothing where there is none.
Metadata ReadConditions(const fs::path& folder) {
  const fs::path file = folder / kCheckpoint;
  return fs::exists(file) ? ReadSafetensors(file).metadata : Metadata();
}

// The 0.25 of "NAME-0.25"; none for a finished model.
std::optional<double> SnapshotBudget(const std::string& stem) {
  const std::size_t dash = stem.rfind("-0.");
  if (dash == std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double budget = std::strtod(stem.c_str() + dash + 1, &end);
  if (*end != '\0') return std::nullopt;
  return budget;
}

// What training began with first, then snapshots of large budgets, finished models last.
std::vector<fs::path> ModelFilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".safetensors" && file.filename() != kCheckpoint) files.push_back(file);
  }
  std::ranges::sort(files, {}, [](const fs::path& file) {
    const std::string stem = file.stem().string();
    const double kept = file.filename() == kPruned ? 1 : SnapshotBudget(stem).value_or(0);
    return std::pair(-kept, stem);
  });
  return files;
}

std::vector<fs::path> RequireRun(const fs::path& folder) {
  if (!fs::exists(folder / kLog)) {
    throw Error(ErrorKind::kInvalidArgument,
                folder.string() + ": not a run of winnow train: " + kLog + " is missing");
  }
  std::vector<fs::path> files = ModelFilesIn(folder);
  if (files.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                folder.string() +
                    ": this run has no model yet (NAME.safetensors); it is written "
                    "at the end of training and at each snapshot");
  }
  return files;
}

std::string BudgetOfRun(const Metadata& conditions) {
  const std::string n = Find(conditions, "condition.sparsity.n");
  if (!n.empty() && n != "0") return n + ":" + Find(conditions, "condition.sparsity.m");
  const std::string budget = Find(conditions, "condition.sparsity.budget");
  return budget.empty() ? "" : Shortest(std::strtod(budget.c_str(), nullptr));
}

Subject ReadSubject(const fs::path& file) {
  Subject subject{.file = file, .model = ReadModel(file), .label = file.stem().string()};
  const Metadata& provenance = subject.model.info.provenance;
  subject.method = Find(provenance, "compression_method");
  subject.budget = Find(provenance, "compression_budget");
  subject.parent = Find(provenance, "compressed_from");
  if (subject.method.empty()) subject.method = subject.model.patterns.empty() ? "dense" : "sparse";
  return subject;
}

void AddRun(const fs::path& argument, Subjects& subjects) {
  const fs::path folder = fs::absolute(argument).lexically_normal();
  const std::vector<fs::path> files = RequireRun(argument);
  const Metadata conditions = ReadConditions(argument);
  const std::string name =
      (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  subjects.runs.push_back({.name = name,
                           .folder = argument.string(),
                           .steps = std::atoll(Find(conditions, "condition.steps").c_str()),
                           .log = ReadTrainingLog(argument / kLog)});
  const std::string method = Find(conditions, "condition.sparsity.method");
  for (const fs::path& file : files) {
    Subject subject = ReadSubject(file);
    subject.run = static_cast<int>(subjects.runs.size()) - 1;
    if (!subject.model.patterns.empty() && !method.empty() && method != kFinetune) {
      subject.method = method;
      const std::optional<double> snapshot = SnapshotBudget(subject.label);
      subject.budget = snapshot ? Shortest(*snapshot) : BudgetOfRun(conditions);
      subject.parent = fs::path(Find(conditions, "condition.initial_model")).stem().string();
    }
    subjects.models.push_back(std::move(subject));
  }
}

void RefuseMixture(const std::vector<Subject>& models) {
  const ModelInfo& first = models.front().model.info;
  std::set<fs::path> files;
  for (const Subject& subject : models) {
    const ModelInfo& info = subject.model.info;
    if (info.scale != first.scale || info.task != first.task) {
      const auto kind = [](const ModelInfo& i) {
        return "(" + i.task + ", x" + std::to_string(i.scale) + ")";
      };
      throw Error(ErrorKind::kInvalidArgument, "a report compares models of one scale and task: " +
                                                   models.front().file.string() + " " +
                                                   kind(first) + " and " + subject.file.string() +
                                                   " " + kind(info) + "; make one for each");
    }
    if (!files.insert(fs::weakly_canonical(subject.file)).second) {
      throw Error(ErrorKind::kInvalidArgument, subject.file.string() + ": given twice");
    }
  }
}

void MakeLabelsUnique(std::vector<Subject>& models) {
  std::map<std::string, int> uses;
  for (const Subject& subject : models) ++uses[subject.label];
  for (Subject& subject : models) {
    if (uses[subject.label] == 1) continue;
    const fs::path folder = fs::absolute(subject.file).lexically_normal().parent_path();
    subject.label = folder.filename().string() + "/" + subject.label;
  }
  std::map<std::string, int> seen;
  for (Subject& subject : models) {
    const int number = ++seen[subject.label];
    if (number > 1) subject.label += " (" + std::to_string(number) + ")";
  }
}

}  // namespace

Subjects ReadSubjects(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    throw Error(ErrorKind::kInvalidArgument, "a report needs at least one run or model");
  }
  Subjects subjects;
  for (const std::string& argument : arguments) {
    if (fs::is_directory(argument)) {
      AddRun(argument, subjects);
    } else {
      subjects.models.push_back(ReadSubject(FindModelFile(argument)));
    }
  }
  RefuseMixture(subjects.models);
  MakeLabelsUnique(subjects.models);
  return subjects;
}

}  // namespace winnow
