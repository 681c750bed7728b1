#include "app/output_name.h"

#include "base/error.h"
#include "image/codec.h"

namespace winnow {
namespace {

[[noreturn]] void Refuse(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

}  // namespace

std::string FillNamePattern(const std::string& pattern,
                            const std::map<std::string, std::string>& values) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] != '{') {
      name += pattern[i++];
      continue;
    }
    const std::size_t end = pattern.find('}', i);
    const std::string key = end == std::string::npos ? "" : pattern.substr(i + 1, end - i - 1);
    const auto value = values.find(key);
    if (value == values.end()) {
      Refuse("name pattern '" + pattern + "': only {stem}, {scale}, {model} and {ext} are known");
    }
    name += value->second;
    i = end + 1;
  }
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    Refuse("name pattern '" + pattern + "' does not give a file name");
  }
  return name;
}

std::string ChooseFormat(const std::string& wanted, const std::filesystem::path& input,
                         const std::filesystem::path& output) {
  const std::string of_output = FormatOfExtension(output);
  if (!wanted.empty() && !of_output.empty() && of_output != wanted) {
    Refuse(output.string() + ": the name says " + of_output + " but the format is to be " + wanted);
  }
  if (!wanted.empty()) return wanted;
  if (!of_output.empty()) return of_output;
  if (output.has_extension()) {
    Refuse(output.string() +
           ": unknown format; name one of png, jpeg, webp, tiff, avif, heif or jxl");
  }
  const std::string of_input = FormatOfExtension(input);
  return of_input.empty() ? "png" : of_input;
}

std::string ExtensionOf(const std::string& format) {
  if (format == "jpeg") return "jpg";
  if (format == "tiff") return "tif";
  if (format == "heif") return "heic";
  return format;
}

}  // namespace winnow
