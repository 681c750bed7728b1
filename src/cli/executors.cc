#include "cli/executors.h"

#include <CLI/CLI.hpp>

#include "app/engine_runner.h"
#include "base/error.h"
#include "cli/delegate.h"
#include "engine/session.h"

namespace winnow {

CLI::Option* AddPrecision(CLI::App& app, std::string& precision) {
  return app
      .add_option(
          "--precision", precision,
          "exact; fast: float too, but with fewer multiplications, and results that differ in "
          "the last bits; bf16: factors of 8 bits where that is faster still; or fp16: all in half "
          "precision, on processors with AVX512-FP16")
      ->check(CLI::IsMember({"exact", "fast", "bf16", "fp16"}));
}

Precision ParsePrecision(const std::string& name) {
  if (name == "exact") return Precision::kExact;
  if (name == "fast") return Precision::kFast;
  if (name == "bf16") return Precision::kBf16;
  if (name == "fp16") return Precision::kFp16;
  throw Error(ErrorKind::kInvalidArgument,
              "unknown precision '" + name + "'; choose exact, fast, bf16 or fp16");
}

Runner MakeRunner(const std::string& executor, const Model& model, int threads,
                  const CommandLine& line, Precision precision) {
  if (precision != Precision::kExact && executor != "engine") {
    throw Error(ErrorKind::kInvalidArgument,
                "executor '" + executor + "' has no other precision than exact");
  }
  if (executor == "libtorch") return RequireTraining(line).make_runner(model, threads);
  if (executor != "engine" && executor != "reference") {
    throw Error(ErrorKind::kInvalidArgument,
                "unknown executor '" + executor + "'; choose engine, reference or libtorch");
  }
  const ExecutorKind kind = executor == "engine" ? ExecutorKind::kFast : ExecutorKind::kReference;
  SessionOptions options{kind, threads};
  options.precision = precision;
  return EngineRunner(model, options);
}

}  // namespace winnow
