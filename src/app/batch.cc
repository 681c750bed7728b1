#include "app/batch.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "base/error.h"
#include "image/codec.h"

namespace winnow {
namespace {

std::string ReadStandardInput() {
  std::string bytes;
  char buffer[1 << 16];
  ssize_t count;
  while ((count = ::read(STDIN_FILENO, buffer, sizeof buffer)) != 0) {
    if (count > 0) {
      bytes.append(buffer, static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      throw Error(ErrorKind::kIo, std::string("standard input: ") + std::strerror(errno));
    }
  }
  return bytes;
}

void WriteStandardOutput(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      throw Error(ErrorKind::kIo, std::string("standard output: ") + std::strerror(errno));
    }
  }
}

// Found now rather than by the encoder after minutes of work.
void CheckExtent(const Job& job, std::int64_t width, std::int64_t height) {
  const std::int64_t limit = job.format == "webp" ? 16383 : job.format == "jpeg" ? 65535 : 1 << 30;
  if (width > limit || height > limit) {
    throw Error(ErrorKind::kInvalidArgument,
                job.input.string() + ": the result would be " + std::to_string(width) + "x" +
                    std::to_string(height) + " pixels, but " + job.format + " ends at " +
                    std::to_string(limit) + "; choose another format or scale");
  }
}

void RunJob(const Model& model, const Runner& run, const BatchOptions& options, JobResult& result) {
  const Job& job = result.job;
  const ReadOptions read = {options.max_pixels};
  const bool piped = job.input == kStandardStream;
  const std::string bytes = piped ? ReadStandardInput() : "";
  const std::unique_ptr<RewindableRows> input =
      piped ? OpenImage(bytes, "standard input", read) : OpenImage(job.input, read);
  const std::int64_t scale = CheckScale(model.info, options.restore.scale);
  CheckExtent(job, input->shape().width * scale, input->shape().height * scale);
  const std::unique_ptr<RowSource> restored = RestoreRows(model, run, *input, options.restore);
  result.width = restored->shape().width;
  result.height = restored->shape().height;
  const WriteOptions write = {job.format, options.quality};
  if (job.output == kStandardStream) {
    WriteStandardOutput(EncodeImage(*restored, write));
  } else {
    WriteImage(*restored, job.output, write);
  }
}

JobResult Fail(JobResult result, ErrorKind kind, const std::string& message) {
  const std::string input = result.job.input.string();
  result.status = JobResult::Status::kFailed;
  const bool named = message.find(input) != std::string::npos;
  result.error = Error(kind, named ? message : input + ": " + message);
  return result;
}

JobResult TryJob(const Model& model, const Runner& run, const Job& job,
                 const BatchOptions& options) {
  JobResult result{.job = job};
  if (job.finished) {
    result.status = JobResult::Status::kSkipped;
    return result;
  }
  const auto start = std::chrono::steady_clock::now();
  try {
    RunJob(model, run, options, result);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    return Fail(std::move(result), error.kind(), error.what());
  } catch (const std::bad_alloc&) {
    return Fail(std::move(result), ErrorKind::kOutOfBudget, "out of memory");
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace

std::vector<JobResult> RestoreFiles(const Model& model, const Runner& run,
                                    const std::vector<Job>& jobs, const BatchOptions& options) {
  std::vector<JobResult> results;
  for (const Job& job : jobs) {
    if (options.restore.stop && *options.restore.stop) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
    if (options.on_start && !job.finished) options.on_start(job);
    results.push_back(TryJob(model, run, job, options));
    if (options.on_result) options.on_result(results.back());
  }
  return results;
}

}  // namespace winnow
