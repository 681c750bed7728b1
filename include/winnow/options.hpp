// Options of Winnow's C++ API (winnow.hpp); options.h says what each means.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string>

#include "winnow/error.hpp"
#include "winnow/options.h"

namespace winnow {
inline namespace v1 {

struct Options {
  int scale = 0;                // 0: the model's
  int threads = 0;              // 0: one for every processor
  std::int64_t max_memory = 0;  // bytes for intermediate results; 0: 512 MiB
  winnow_precision precision = WINNOW_EXACT;
  bool ensemble = false;  // mean over the picture's eight orientations
  // The fraction done, 0 .. 1; false stops with WINNOW_CANCELLED. What it throws comes out of the
  // call that restores.
  std::function<bool(double fraction)> progress = {};
  std::function<void(const std::string& text)> message = {};
  // Of files alone.
  std::string format = {};  // empty: by the name of the output
  int quality = 0;          // 1 .. 100; 0: what is usual for the format
  std::int64_t max_pixels = 400'000'000;
};

namespace detail {

// Callbacks in the shape of the C API; what they throw waits here until the call is over.
struct Callbacks {
  std::function<bool(double)> progress;
  std::function<void(const std::string&)> message;
  std::exception_ptr thrown;

  static int Progress(double fraction, void* user) noexcept {
    auto* self = static_cast<Callbacks*>(user);
    try {
      return self->progress(fraction) && !self->thrown ? 0 : 1;
    } catch (...) {
      self->thrown = std::current_exception();
      return 1;
    }
  }
  static void Message(const char* text, void* user) noexcept {
    auto* self = static_cast<Callbacks*>(user);
    try {
      if (!self->thrown) self->message(text);
    } catch (...) {
      self->thrown = std::current_exception();
    }
  }
};

using OptionsHandle = std::unique_ptr<winnow_options, decltype(&winnow_options_free)>;

// `callbacks` must outlive whatever is made of the result.
inline OptionsHandle ToHandle(const Options& from, Callbacks* callbacks) {
  OptionsHandle handle(winnow_options_new(), winnow_options_free);
  if (!handle) throw std::bad_alloc();
  winnow_options* to = handle.get();
  Check(winnow_options_set_scale(to, from.scale));
  Check(winnow_options_set_threads(to, from.threads));
  Check(winnow_options_set_max_memory(to, from.max_memory));
  Check(winnow_options_set_precision(to, from.precision));
  Check(winnow_options_set_ensemble(to, from.ensemble ? 1 : 0));
  if (from.progress) Check(winnow_options_set_progress(to, Callbacks::Progress, callbacks));
  if (from.message) Check(winnow_options_set_message(to, Callbacks::Message, callbacks));
  if (!from.format.empty()) Check(winnow_options_set_format(to, from.format.c_str()));
  Check(winnow_options_set_quality(to, from.quality));
  Check(winnow_options_set_max_pixels(to, from.max_pixels));
  return handle;
}

}  // namespace detail
}  // namespace v1
}  // namespace winnow
