// Names and formats of output files.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace winnow {

// `pattern` with every {key} replaced by its value. Errors: kInvalidArgument for an unknown key or
// a result that is no file name.
std::string FillNamePattern(const std::string& pattern,
                            const std::map<std::string, std::string>& values);

// The format to write `output` in: `wanted` if not empty, else by the name of the output, else that
// of the input, else PNG. Errors: kInvalidArgument when the output's name contradicts `wanted` or
// is of a format that is none of ours.
std::string ChooseFormat(const std::string& wanted, const std::filesystem::path& input,
                         const std::filesystem::path& output);

// The usual extension, without the point: "jpg" for "jpeg".
std::string ExtensionOf(const std::string& format);

}  // namespace winnow
