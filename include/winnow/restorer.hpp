// Restoring pictures with Winnow's C++ API (winnow.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "winnow/model.hpp"
#include "winnow/options.hpp"
#include "winnow/restorer.h"

namespace winnow {
inline namespace v1 {

// The sample type of a pointer, WINNOW_U8 for std::uint8_t and so on; other types do not compile.
template <typename T>
struct SampleOf;
template <>
struct SampleOf<std::uint8_t> {
  static constexpr winnow_sample value = WINNOW_U8;
};
template <>
struct SampleOf<std::uint16_t> {
  static constexpr winnow_sample value = WINNOW_U16;
};
template <>
struct SampleOf<float> {
  static constexpr winnow_sample value = WINNOW_F32;
};

// A picture of samples T; stride in bytes, 0: without gaps between rows.
template <typename T>
winnow_layout Layout(int width, int height, int channels, std::ptrdiff_t stride = 0) {
  return {sizeof(winnow_layout), width, height, channels, SampleOf<T>::value, stride};
}

// A model made ready to run here. One thread at a time may use it; it can be moved, not copied.
class Restorer {
 public:
  // Errors: as winnow_restorer_new, and of options out of range.
  explicit Restorer(const Model& model, const Options& options = {})
      : callbacks_(new detail::Callbacks{options.progress, options.message, nullptr}) {
    winnow_restorer* made = nullptr;
    Check(
        winnow_restorer_new(model.get(), detail::ToHandle(options, callbacks_.get()).get(), &made));
    restorer_.reset(made);
  }

  // The layout of the result for an input of this layout. Errors: WINNOW_INVALID_ARGUMENT.
  winnow_layout Output(const winnow_layout& input) const {
    winnow_layout output = {};
    output.struct_size = sizeof output;
    Check(winnow_restorer_output(restorer_.get(), &input, &output));
    return output;
  }

  // Bytes it takes besides input and output. Errors: as winnow_restorer_memory.
  std::int64_t Memory(const winnow_layout& input) const {
    std::int64_t bytes = 0;
    Check(winnow_restorer_memory(restorer_.get(), &input, &bytes));
    return bytes;
  }

  // Restores `pixels` into `result`, in the layout Output(input) with `result_stride`. Errors: as
  // winnow_restore, and what a callback throws.
  template <typename T>
  void Restore(const winnow_layout& input, const T* pixels, T* result,
               std::ptrdiff_t result_stride = 0) {
    if (input.sample != SampleOf<T>::value) {
      throw Error(WINNOW_INVALID_ARGUMENT, "the layout has other samples than the pointer");
    }
    winnow_layout output = Output(input);
    output.stride = result_stride;
    Finish(winnow_restore(restorer_.get(), &input, pixels, &output, result));
  }

  // Restores a picture file into another. Errors: as winnow_restore_file, and as above.
  void RestoreFile(const std::string& input, const std::string& output) {
    Finish(winnow_restore_file(restorer_.get(), input.c_str(), output.c_str()));
  }

 private:
  void Finish(winnow_status status) {
    if (callbacks_->thrown) std::rethrow_exception(std::exchange(callbacks_->thrown, nullptr));
    Check(status);
  }

  std::unique_ptr<detail::Callbacks> callbacks_;
  using Handle = std::unique_ptr<winnow_restorer, decltype(&winnow_restorer_free)>;
  Handle restorer_{nullptr, winnow_restorer_free};
};

}  // namespace v1
}  // namespace winnow
