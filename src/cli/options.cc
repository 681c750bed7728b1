#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>

#include "app/foreign_files.h"
#include "app/pixel_convention.h"
#include "base/error.h"
#include "base/parallel.h"

namespace winnow {
namespace {

// The number at the front of `text`, which is shortened by it.
template <typename T>
bool TakeNumber(std::string_view& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

CLI::Validator Between(int low, int high) { return CLI::Range(low, high).description(""); }

CLI::Option* AddThreads(CLI::App& app, int& threads) {
  return app.add_option("-j,--threads", threads, "Threads; default: every processor")
      ->check(Between(1, 1024));
}

CLI::Option* AddDevice(CLI::App& app, std::string& device) {
  return app
      .add_option("--device", device, "Where to train: cpu, or cuda with a libtorch that has it")
      ->capture_default_str();
}

void AddEnsemble(CLI::App& app, bool& ensemble) {
  app.add_flag("--ensemble", ensemble,
               "Mean over the picture turned and mirrored in all eight ways: a little better, "
               "takes eight times as long");
}

CLI::Option* AddBlurred(CLI::App& app, std::string& blurred) {
  return app.add_option("--blurred", blurred, "Which inputs of a deblurring set to take")
      ->check(CLI::IsMember({"blur", "blur_gamma"}));
}

void AddPixelConvention(CLI::App& app, std::string& range, std::string& colour) {
  app.add_option("--range", range, "Numbers for black and white; default: found out")
      ->check(CLI::IsMember(PixelConventions()));
  app.add_option("--colour", colour, "Order of the channels; default: rgb, or y for one")
      ->check(CLI::IsMember({"rgb", "bgr", "y"}));
}

void RefuseForeignSuffix(const std::string& file) {
  if (!IsImportable(file)) return;
  throw Error(ErrorKind::kInvalidArgument,
              file +
                  ": what is written is a model file of Winnow's, which is safetensors; name it "
                  "NAME.safetensors (winnow export writes ONNX)");
}

void RefuseToOverwrite(const std::string& file, bool force) {
  if (force || !std::filesystem::exists(file)) return;
  throw Error(ErrorKind::kInvalidArgument, file + ": exists; --force overwrites it");
}

int ThreadsOf(int requested) { return requested > 0 ? requested : HardwareThreads(); }

InputSize ParseSize(const std::string& text) {
  constexpr int kLargest = 1 << 20;
  std::string_view rest = text;
  InputSize size;
  const bool width = TakeNumber(rest, size.width);
  const bool cross = rest.starts_with('x');
  if (cross) rest.remove_prefix(1);
  if (!width || !cross || !TakeNumber(rest, size.height) || !rest.empty() || size.width < 1 ||
      size.height < 1 || size.width > kLargest || size.height > kLargest) {
    throw Error(ErrorKind::kInvalidArgument, "size '" + text + "' is not of the form 320x180");
  }
  return size;
}

std::map<std::string, int> ParseSettings(const std::vector<std::string>& texts) {
  std::map<std::string, int> settings;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    std::string_view rest =
        equals == std::string::npos ? "" : std::string_view(text).substr(equals + 1);
    int value = 0;
    if (equals == 0 || !TakeNumber(rest, value) || !rest.empty()) {
      throw Error(ErrorKind::kInvalidArgument,
                  "setting '" + text + "' is not of the form width=48");
    }
    settings[text.substr(0, equals)] = value;
  }
  return settings;
}

std::int64_t ParseBytes(const std::string& text) {
  std::string_view rest = text;
  std::int64_t value = 0;
  const bool number = TakeNumber(rest, value);
  int shift = 0;
  if (rest == "K") shift = 10;
  if (rest == "M") shift = 20;
  if (rest == "G") shift = 30;
  if (!number || (!rest.empty() && shift == 0) || value < 1 || value > INT64_MAX >> shift) {
    throw Error(ErrorKind::kInvalidArgument, "memory '" + text + "' is not of the form 512M or 2G");
  }
  return value << shift;
}

}  // namespace winnow
