#include "app/jobs.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "app/output_name.h"
#include "base/error.h"
#include "base/file.h"
#include "image/codec.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Refuse(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

bool IsStream(const fs::path& path) { return path == kStandardStream; }

bool IsBelow(const fs::path& path, const fs::path& folder) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

// A file to read, and its place below the output folder.
struct Source {
  fs::path file;
  fs::path subfolder;
};

void AddFolder(const fs::path& folder, const fs::path& output, std::vector<Source>& sources) {
  const fs::path canonical_output = fs::weakly_canonical(output);
  const bool output_inside = canonical_output != fs::canonical(folder);
  std::vector<Source> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || FormatOfExtension(entry.path()).empty()) continue;
    if (entry.path().filename().string().starts_with(".")) continue;
    if (output_inside && IsBelow(fs::canonical(entry.path()), canonical_output)) continue;
    found.push_back({entry.path(), fs::relative(entry.path().parent_path(), folder)});
  }
  if (found.empty()) Refuse(folder.string() + ": no picture in this folder");
  std::sort(found.begin(), found.end(),
            [](const Source& a, const Source& b) { return a.file < b.file; });
  sources.insert(sources.end(), found.begin(), found.end());
}

std::vector<Source> ExpandInputs(const JobRequest& request) {
  std::vector<Source> sources;
  for (const std::string& input : request.inputs) {
    std::error_code ec;
    if (IsStream(input)) {
      sources.push_back({input, ""});
    } else if (!fs::exists(input, ec)) {
      throw Error(ErrorKind::kNotFound, input + ": no such file or folder");
    } else if (!fs::is_directory(input, ec)) {
      sources.push_back({input, ""});
    } else if (!request.recursive) {
      Refuse(input + ": is a folder; add -r to restore the pictures in it");
    } else {
      AddFolder(input, request.output, sources);
    }
  }
  if (sources.empty()) Refuse("no input given");
  return sources;
}

bool WritesIntoFolder(const JobRequest& request, const std::vector<Source>& sources) {
  if (IsStream(request.output)) return false;
  std::error_code ec;
  return sources.size() > 1 || request.output.ends_with('/') ||
         fs::is_directory(request.output, ec) || fs::is_directory(request.inputs.front(), ec);
}

Job MakeJob(const JobRequest& request, const Source& source, bool into_folder) {
  if (!into_folder) {
    return {source.file, request.output, ChooseFormat(request.format, source.file, request.output)};
  }
  const std::string own_extension = source.file.extension().string();
  const std::string format = ChooseFormat(request.format, source.file, "");
  const bool keeps_extension = FormatOfExtension(source.file) == format;
  const std::string stem = IsStream(source.file) ? "stdin" : source.file.stem().string();
  const std::string name =
      FillNamePattern(request.name_pattern,
                      {{"stem", stem},
                       {"scale", std::to_string(request.scale)},
                       {"model", request.model},
                       {"ext", keeps_extension ? own_extension.substr(1) : ExtensionOf(format)}});
  const fs::path output = (fs::path(request.output) / source.subfolder / name).lexically_normal();
  return {source.file, output, ChooseFormat(request.format, source.file, output)};
}

void CheckStreams(const JobRequest& request, const std::vector<Job>& jobs) {
  if (IsStream(request.output) && jobs.size() > 1) {
    Refuse("standard output takes one picture, not " + std::to_string(jobs.size()));
  }
  if (std::count_if(jobs.begin(), jobs.end(), [](const Job& job) { return IsStream(job.input); }) >
      1) {
    Refuse("standard input can be given once only");
  }
}

void CheckFormats(const std::vector<Job>& jobs) {
  std::set<std::string> formats;
  for (const Job& job : jobs) formats.insert(job.format);
  for (const std::string& format : formats) {
    if (FormatOfExtension("x." + format).empty()) {
      Refuse("unknown format '" + format + "'; choose png, jpeg, webp, tiff, avif, heif or jxl");
    }
    if (!CanWrite(format)) {
      throw Error(ErrorKind::kUnsupported,
                  "this build's libvips cannot write " + format + "; choose another format");
    }
  }
}

// No output may be an input or another job's output.
void CheckCollisions(const std::vector<Job>& jobs) {
  std::map<fs::path, const Job*> inputs;
  for (const Job& job : jobs) {
    if (!IsStream(job.input)) inputs[fs::canonical(job.input)] = &job;
  }
  std::map<fs::path, const Job*> outputs;
  for (const Job& job : jobs) {
    if (IsStream(job.output)) continue;
    const fs::path output = fs::weakly_canonical(job.output);
    if (inputs.contains(output)) {
      Refuse(job.output.string() + ": is an input; write elsewhere, or choose names such as " +
             "--name '{stem}_x{scale}.{ext}'");
    }
    const auto [other, fresh] = outputs.emplace(output, &job);
    if (!fresh) {
      Refuse(job.output.string() + ": both " + other->second->input.string() + " and " +
             job.input.string() + " would be written there; choose another name pattern");
    }
  }
}

void CheckExisting(const JobRequest& request, std::vector<Job>& jobs) {
  for (Job& job : jobs) {
    std::error_code ec;
    if (IsStream(job.output) || !fs::exists(job.output, ec)) continue;
    if (fs::is_directory(job.output, ec)) Refuse(job.output.string() + ": is a folder");
    if (request.resume) {
      job.finished = true;
    } else if (!request.force) {
      Refuse(job.output.string() + ": exists; --force overwrites it, --resume leaves it alone");
    }
  }
}

void MakeWritable(const fs::path& folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) throw Error(ErrorKind::kIo, folder.string() + ": cannot create folder: " + ec.message());
  RequireWritable(folder / "probe");
}

}  // namespace

std::vector<Job> PlanJobs(const JobRequest& request) {
  if (request.output.empty()) Refuse("no output given");
  const std::vector<Source> sources = ExpandInputs(request);
  const bool into_folder = WritesIntoFolder(request, sources);
  std::vector<Job> jobs;
  for (const Source& source : sources) jobs.push_back(MakeJob(request, source, into_folder));
  CheckStreams(request, jobs);
  CheckFormats(jobs);
  CheckCollisions(jobs);
  CheckExisting(request, jobs);

  std::set<fs::path> folders;
  for (const Job& job : jobs) {
    if (!IsStream(job.output)) folders.insert(fs::absolute(job.output).parent_path());
  }
  for (const fs::path& folder : folders) MakeWritable(folder);
  return jobs;
}

}  // namespace winnow
