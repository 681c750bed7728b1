// What the opaque handles of the C API stand for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/batch.h"
#include "app/executor.h"
#include "app/summary.h"
#include "engine/session.h"
#include "graph/model.h"
#include "winnow/model.h"
#include "winnow/options.h"
#include "winnow/restorer.h"

// Restorers share the model with the caller's handle.
struct winnow_model {
  std::shared_ptr<const winnow::Model> model;
  winnow::ReceptiveField field;
  std::int64_t parameters = 0;
};

struct winnow_options {
  int scale = 0;
  int threads = 0;
  std::int64_t max_memory = 0;
  winnow::Precision precision = winnow::Precision::kExact;
  int ensemble = 0;
  winnow_progress progress = nullptr;
  void* progress_user = nullptr;
  winnow_message message = nullptr;
  void* message_user = nullptr;
  std::string format;
  std::optional<int> quality;
  std::int64_t max_pixels = winnow::BatchOptions().max_pixels;
};

struct winnow_restorer {
  std::shared_ptr<const winnow::Model> model;
  winnow_options options;
  int scale;
  winnow::Runner run;
};
