// Arguments that several commands share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "graph/model.h"

namespace CLI {
class App;
class Option;
class Validator;
}  // namespace CLI

namespace winnow {

// A check that the help text does not spell out.
CLI::Validator Between(int low, int high);

// -j: 0 becomes every processor.
CLI::Option* AddThreads(CLI::App& app, int& threads);
int ThreadsOf(int requested);

// --device, of commands that train.
CLI::Option* AddDevice(CLI::App& app, std::string& device);

// --ensemble, of commands that restore.
void AddEnsemble(CLI::App& app, bool& ensemble);

// --blurred, of commands that measure.
CLI::Option* AddBlurred(CLI::App& app, std::string& blurred);

// --range and --colour, of commands that import networks.
void AddPixelConvention(CLI::App& app, std::string& range, std::string& colour);

// Errors: kInvalidArgument for the suffix of another program's file: what Winnow writes there would
// not be such a file.
void RefuseForeignSuffix(const std::string& file);

// Errors: kInvalidArgument when the file is there and `force` is not set.
void RefuseToOverwrite(const std::string& file, bool force);

// "320x180". Errors: kInvalidArgument.
InputSize ParseSize(const std::string& text);

// {"width=48", "blocks=8"} -> {{"width", 48}, {"blocks", 8}}. Errors: kInvalidArgument.
std::map<std::string, int> ParseSettings(const std::vector<std::string>& texts);

// "512M", "2G", "1000000" in bytes. Errors: kInvalidArgument.
std::int64_t ParseBytes(const std::string& text);

}  // namespace winnow
