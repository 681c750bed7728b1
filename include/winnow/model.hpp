// Models of Winnow's C++ API (winnow.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "winnow/error.hpp"
#include "winnow/model.h"

namespace winnow {
inline namespace v1 {

// Multiply-adds of the convolutions: with all weights, and with those that were not pruned.
struct Macs {
  std::int64_t dense = 0;
  std::int64_t sparse = 0;
};

// A loaded model. It never changes and copies share it: any thread may use any of them.
class Model {
 public:
  // A built-in model by name, or a model file. Errors: as winnow_model_load.
  static Model Load(const std::string& name_or_path) {
    return Make([&](winnow_model** m) { return winnow_model_load(name_or_path.c_str(), m); });
  }
  // The built-in model for "super-resolution" or "deblurring" and a scale; 0: the usual one.
  static Model LoadDefault(const std::string& task = "super-resolution", int scale = 0) {
    return Make(
        [&](winnow_model** m) { return winnow_model_load_default(task.c_str(), scale, m); });
  }
  // From the bytes of a model file, which may go after the call.
  static Model FromMemory(const void* bytes, std::size_t size) {
    return Make([&](winnow_model** m) { return winnow_model_from_memory(bytes, size, m); });
  }

  std::string name() const { return winnow_model_name(get()); }
  std::string network() const { return winnow_model_network(get()); }
  std::string task() const { return winnow_model_task(get()); }
  std::string licence() const { return winnow_model_licence(get()); }
  int scale() const { return winnow_model_scale(get()); }
  std::int64_t parameters() const { return winnow_model_parameters(get()); }
  // Pixels around an output pixel that it can depend on; none: the whole picture.
  std::optional<int> receptive_field() const {
    const int pixels = winnow_model_receptive_field(get());
    return pixels < 0 ? std::nullopt : std::optional<int>(pixels);
  }
  // For an input of width x height pixels. Errors: WINNOW_INVALID_ARGUMENT.
  Macs macs(int width, int height) const {
    Macs macs;
    Check(winnow_model_macs(get(), width, height, &macs.dense, &macs.sparse));
    return macs;
  }

  // For calls of the C API; owned by this object.
  const winnow_model* get() const noexcept { return model_.get(); }

 private:
  explicit Model(winnow_model* model) : model_(model, winnow_model_free) {}

  template <typename Function>
  static Model Make(Function load) {
    winnow_model* model = nullptr;
    Check(load(&model));
    return Model(model);
  }

  std::shared_ptr<winnow_model> model_;
};

// The names of the built-in models that are there, in alphabetical order.
inline std::vector<std::string> ModelNames() {
  std::vector<std::string> names;
  Check(winnow_model_each(
      [](const char* name, void* user) {
        static_cast<std::vector<std::string>*>(user)->emplace_back(name);
      },
      &names));
  return names;
}

}  // namespace v1
}  // namespace winnow
