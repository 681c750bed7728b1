// Which files are read and which are written: everything decided, and every refusal made, before
// anything is computed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace winnow {

inline constexpr char kStandardStream[] = "-";  // standard input or output in place of a file

struct JobRequest {
  std::vector<std::string> inputs;  // files, folders, or "-"
  std::string output;               // a file, a folder, or "-"
  bool recursive = false;           // take every picture of the folders and their subfolders
  std::string format;               // of the output; empty: by its name, else that of the input
  std::string name_pattern =
      "{stem}.{ext}";   // of files in an output folder; also {scale} and {model}
  bool resume = false;  // leave outputs alone that exist
  bool force = false;   // overwrite them
  int scale = 1;
  std::string model;
};

struct Job {
  std::filesystem::path input;
  std::filesystem::path output;
  std::string format;     // never empty
  bool finished = false;  // exists already, and the request says resume
};

// Output folders are created. Pictures in subfolders keep their place below the output folder, and
// an output folder inside an input folder is not searched. Errors: kNotFound (input),
// kInvalidArgument (folder without recursive, no picture found, an output that is an input, that
// exists, or that two inputs share, a bad name pattern, an unknown format), kUnsupported (a format
// this build cannot write), kIo (an output folder that cannot be written).
std::vector<Job> PlanJobs(const JobRequest& request);

}  // namespace winnow
