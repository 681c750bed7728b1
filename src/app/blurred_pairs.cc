#include "app/blurred_pairs.h"

#include <mutex>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "image/codec.h"
#include "image/folders.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

// What becomes of one picture.
struct Task {
  fs::path source;
  std::vector<std::string> names;  // of its copies
  std::vector<std::uint64_t> seeds;
};

std::vector<Task> PlanTasks(const fs::path& folder, const BlurredPairsOptions& options) {
  Random random(options.seed);
  std::vector<Task> tasks;
  std::set<std::string> taken;
  for (const fs::path& source : PicturesIn(folder)) {
    Task task{source, {}, {}};
    for (int copy = 1; copy <= options.copies; ++copy) {
      const std::string suffix = options.copies == 1 ? "" : "_" + std::to_string(copy);
      task.names.push_back(source.stem().string() + suffix);
      task.seeds.push_back(random.Next());
      if (taken.insert(task.names.back()).second) continue;
      throw Error(ErrorKind::kInvalidArgument,
                  source.string() + ": another picture has the same name; rename one");
    }
    tasks.push_back(std::move(task));
  }
  return tasks;
}

class Writer {
 public:
  Writer(const fs::path& out, const BlurredPairsOptions& options)
      : blur_(out / "blur"), sharp_(out / "sharp"), options_(options) {
    for (const fs::path& folder : {blur_, sharp_}) {
      std::error_code error;
      fs::create_directories(folder, error);
      if (error) {
        throw Error(ErrorKind::kIo,
                    folder.string() + ": cannot be made into a folder: " + error.message());
      }
    }
  }

  void RefuseExisting(const std::vector<Task>& tasks) const {
    if (options_.force) return;
    for (const Task& task : tasks) {
      for (const std::string& name : task.names) {
        for (const fs::path& file : {File(blur_, name), File(sharp_, name)}) {
          if (!fs::exists(file)) continue;
          throw Error(ErrorKind::kInvalidArgument, file.string() + ": exists; --force overwrites");
        }
      }
    }
  }

  void Write(const Task& task) {
    const Image sharp = ToRgb8(ReadImage(task.source));
    const Rect whole{0, 0, sharp.width(), sharp.height()};
    for (std::size_t i = 0; i < task.names.size(); ++i) {
      if (options_.stop && *options_.stop) throw Error(ErrorKind::kInterrupted, "interrupted");
      WriteImage(Blur(sharp, whole, options_.blur, task.seeds[i]), File(blur_, task.names[i]));
      WriteImage(sharp, File(sharp_, task.names[i]));
      const std::lock_guard lock(mutex_);
      if (options_.on_pair) options_.on_pair(task.names[i]);
    }
  }

 private:
  static fs::path File(const fs::path& folder, const std::string& name) {
    return folder / (name + ".png");
  }

  fs::path blur_;
  fs::path sharp_;
  const BlurredPairsOptions& options_;
  std::mutex mutex_;
};

}  // namespace

int MakeBlurredPairs(const fs::path& folder, const fs::path& out,
                     const BlurredPairsOptions& options) {
  Validate(options.blur);
  const std::vector<Task> tasks = PlanTasks(folder, options);
  Writer writer(out, options);
  writer.RefuseExisting(tasks);
  ParallelFor(static_cast<int>(tasks.size()), options.threads,
              [&](int i) { writer.Write(tasks[i]); });
  return static_cast<int>(tasks.size()) * options.copies;
}

}  // namespace winnow
