#include "winnow/restorer.h"

#include <filesystem>
#include <utility>

#include "app/batch.h"
#include "app/engine_runner.h"
#include "app/output_name.h"
#include "app/restorer.h"
#include "base/error.h"
#include "base/parallel.h"
#include "library/guard.h"
#include "library/handles.h"
#include "library/pixels.h"

namespace winnow {
namespace {

int Threads(const winnow_options& options) {
  return options.threads > 0 ? options.threads : HardwareThreads();
}

RestoreOptions ToRestoreOptions(const winnow_restorer& restorer) {
  const winnow_options& from = restorer.options;
  RestoreOptions options;
  options.scale = restorer.scale;
  options.memory_budget = from.max_memory;
  options.ensemble = from.ensemble != 0;
  if (from.message != nullptr) {
    options.on_message = [from](const std::string& text) {
      from.message(text.c_str(), from.message_user);
    };
  }
  if (from.progress != nullptr) {
    options.on_progress = [from](double fraction) {
      if (from.progress(fraction, from.progress_user) == 0) return;
      throw Error(ErrorKind::kInterrupted, "cancelled by the progress callback");
    };
    options.on_progress(0);
  }
  return options;
}

winnow_restorer* MakeRestorer(const winnow_model& model, const winnow_options& options) {
  const int scale = CheckScale(model.model->info, options.scale);
  SessionOptions session;
  session.threads = Threads(options);
  session.precision = options.precision;
  return new winnow_restorer{model.model, options, scale, EngineRunner(*model.model, session)};
}

ImageShape OutputShape(const winnow_restorer& restorer, ImageShape shape) {
  shape.width *= restorer.scale;
  shape.height *= restorer.scale;
  return shape;
}

void RestorePixels(const winnow_restorer& restorer, const PixelLayout& input, const void* pixels,
                   const PixelLayout& output, void* result) {
  if (output.shape != OutputShape(restorer, input.shape)) {
    throw Error(ErrorKind::kInvalidArgument,
                "output: its extents, channels or samples are not those that "
                "winnow_restorer_output gives for this input");
  }
  RequireDisjoint(input, pixels, output, result);
  PixelRows rows(input, pixels);
  WriteRows(*RestoreRows(*restorer.model, restorer.run, rows, ToRestoreOptions(restorer)), output,
            result);
}

// "-" is a file of that name here.
std::filesystem::path FilePath(const char* name) {
  return std::string(name) == kStandardStream ? std::filesystem::path("./") / name : name;
}

void RestoreFile(const winnow_restorer& restorer, const std::filesystem::path& input,
                 const std::filesystem::path& output) {
  const winnow_options& from = restorer.options;
  BatchOptions options;
  options.restore = ToRestoreOptions(restorer);
  options.restore.ahead = Threads(from) > 1;
  options.max_pixels = from.max_pixels;
  options.quality = from.quality;
  const Job job = {input, output, ChooseFormat(from.format, input, output)};
  const JobResult result = RestoreFiles(*restorer.model, restorer.run, {job}, options).front();
  if (result.error) throw *result.error;
}

}  // namespace
}  // namespace winnow

using winnow::CheckLayout;
using winnow::Guarded;
using winnow::RequireGiven;

winnow_status winnow_restorer_new(const winnow_model* model, const winnow_options* options,
                                  winnow_restorer** restorer) {
  if (restorer != nullptr) *restorer = nullptr;
  return Guarded([&] {
    RequireGiven(model, "model");
    RequireGiven(restorer, "restorer");
    *restorer = winnow::MakeRestorer(*model, options != nullptr ? *options : winnow_options());
  });
}

void winnow_restorer_free(winnow_restorer* restorer) { delete restorer; }

winnow_status winnow_restorer_output(const winnow_restorer* restorer, const winnow_layout* input,
                                     winnow_layout* output) {
  return Guarded([&] {
    RequireGiven(restorer, "restorer");
    winnow::FillLayout(winnow::OutputShape(*restorer, CheckLayout(input, "input").shape), output);
  });
}

winnow_status winnow_restorer_memory(const winnow_restorer* restorer, const winnow_layout* input,
                                     int64_t* bytes) {
  return Guarded([&] {
    RequireGiven(restorer, "restorer");
    RequireGiven(bytes, "bytes");
    winnow::RestoreOptions options;
    options.scale = restorer->scale;
    options.memory_budget = restorer->options.max_memory;
    options.ensemble = restorer->options.ensemble != 0;
    *bytes = winnow::RestoreBytes(*restorer->model, restorer->run,
                                  CheckLayout(input, "input").shape, options);
  });
}

winnow_status winnow_restore(winnow_restorer* restorer, const winnow_layout* input,
                             const void* pixels, const winnow_layout* output, void* result) {
  return Guarded([&] {
    RequireGiven(restorer, "restorer");
    RequireGiven(pixels, "pixels");
    RequireGiven(result, "result");
    winnow::RestorePixels(*restorer, CheckLayout(input, "input"), pixels,
                          CheckLayout(output, "output"), result);
  });
}

winnow_status winnow_restore_file(winnow_restorer* restorer, const char* input,
                                  const char* output) {
  return Guarded([&] {
    RequireGiven(restorer, "restorer");
    RequireGiven(input, "input");
    RequireGiven(output, "output");
    winnow::RestoreFile(*restorer, winnow::FilePath(input), winnow::FilePath(output));
  });
}
