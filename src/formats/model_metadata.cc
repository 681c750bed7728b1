#include "formats/model_metadata.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "formats/graph_json.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

constexpr const char* kFormat = "winnow-model";
constexpr const char* kVersion = "1";
constexpr const char* kPackedVersion = "2";
constexpr const char* kForeignPrefix = "winnow.";
constexpr std::array<std::string_view, 7> kKeys = {"format",  "format_version", "graph",     "info",
                                                   "licence", "patterns",       "provenance"};

[[noreturn]] void Fail(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kCorrupt, where + ": " + problem);
}

std::string Place(const std::string& file, const std::string& key) {
  return file + ": metadata \"" + key + "\"";
}

std::string InfoToJson(const ModelInfo& info) {
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!finite(info.pixel_range) || !std::ranges::all_of(info.mean, finite)) {
    throw Error(ErrorKind::kInvalidArgument, "model info: pixel range or mean is not finite");
  }
  return DumpJson({{"name", info.name},
                   {"network", info.network},
                   {"task", info.task},
                   {"scale", info.scale},
                   {"pixel_range", info.pixel_range},
                   {"mean", info.mean},
                   {"colour", info.colour},
                   {"size_multiple", info.size_multiple}},
                  "model info");
}

void ReadInfo(const std::string& text, const std::string& where, ModelInfo& info) {
  constexpr int kMaxInt = std::numeric_limits<int>::max();
  const Json json = ParseJson(text, where);
  JsonFields fields(json, where);
  info.name = fields.Text("name");
  info.network = fields.Text("network");
  info.task = fields.Text("task");
  info.scale = static_cast<int>(fields.Integer("scale", 1, kMaxInt));
  info.pixel_range = fields.Number("pixel_range");
  info.mean = fields.Numbers("mean");
  info.colour = fields.Text("colour");
  info.size_multiple = static_cast<int>(fields.Integer("size_multiple", 1, kMaxInt));
  fields.Finish();
}

std::string PatternsToJson(const Model& model) {
  Json json = Json::object();
  for (const auto& [id, pattern] : model.patterns) {
    json[model.graph.param(id).name] = ToString(pattern);
  }
  return DumpJson(json, "patterns");
}

Pattern ParsePattern(const std::string& text, const std::string& where) {
  Pattern pattern;
  const char* end = text.data() + text.size();
  const auto [colon, n_error] = std::from_chars(text.data(), end, pattern.n);
  if (n_error == std::errc() && colon != end) {
    const auto [rest, m_error] = std::from_chars(colon + 1, end, pattern.m);
    // Comparing the text refuses every second spelling, such as "08:32".
    if (m_error == std::errc() && ToString(pattern) == text) return pattern;
  }
  Fail(where, "a pattern is written N:M, not " + Quoted(text));
}

std::map<std::string, Pattern> ReadPatterns(const std::string& text, const std::string& where) {
  const Json json = ParseJson(text, where);
  JsonFields fields(json, where);
  std::map<std::string, Pattern> patterns;
  for (const auto& [name, value] : json.items()) {
    patterns[name] = ParsePattern(fields.Text(name), where + ": " + Quoted(name));
  }
  return patterns;
}

std::map<std::string, std::string> ReadProvenance(const std::string& text,
                                                  const std::string& where) {
  const Json json = ParseJson(text, where);
  JsonFields fields(json, where);
  std::map<std::string, std::string> provenance;
  for (const auto& [key, value] : json.items()) provenance[key] = fields.Text(key);
  return provenance;
}

// All but the graph, under keys that begin with `prefix`.
std::map<std::string, std::string> Described(const Model& model, const std::string& prefix) {
  return {{prefix + "info", InfoToJson(model.info)},
          {prefix + "licence", model.info.licence},
          {prefix + "patterns", PatternsToJson(model)},
          {prefix + "provenance", DumpJson(Json(model.info.provenance), "provenance")}};
}

// The inverse; returns the patterns by param name.
std::map<std::string, Pattern> ReadDescription(const std::map<std::string, std::string>& metadata,
                                               const std::string& prefix, const std::string& file,
                                               ModelInfo& info) {
  const auto place = [&](const std::string& key) { return Place(file, prefix + key); };
  ReadInfo(metadata.at(prefix + "info"), place("info"), info);
  info.licence = metadata.at(prefix + "licence");
  info.provenance = ReadProvenance(metadata.at(prefix + "provenance"), place("provenance"));
  return ReadPatterns(metadata.at(prefix + "patterns"), place("patterns"));
}

bool IsKnown(const std::string& version) {
  return version == kVersion || version == kPackedVersion;
}

bool IsNewer(const std::string& version) {
  const bool digits = std::ranges::all_of(version, [](char c) { return '0' <= c && c <= '9'; });
  return digits && !version.empty() && version[0] != '0' && !IsKnown(version);
}

void CheckFormat(const std::map<std::string, std::string>& metadata, const std::string& file) {
  if (!IsModelMetadata(metadata)) {
    throw Error(ErrorKind::kUnsupported,
                file +
                    ": a safetensors file of weights, not a Winnow model; turn it into one with "
                    "`winnow import`");
  }
  const auto version = metadata.find("format_version");
  if (version != metadata.end() && IsNewer(version->second)) {
    throw Error(ErrorKind::kUnsupported,
                file + ": format version " + Quoted(version->second) +
                    " is newer than this Winnow, which reads versions up to " + kPackedVersion +
                    "; update Winnow");
  }
  if (version != metadata.end() && !IsKnown(version->second)) {
    Fail(Place(file, "format_version"), "not a version: " + Quoted(version->second));
  }
  for (std::string_view key : kKeys) {
    if (!metadata.contains(std::string(key))) Fail(Place(file, std::string(key)), "is missing");
  }
  for (const auto& [key, value] : metadata) {
    if (std::ranges::find(kKeys, key) == kKeys.end()) {
      Fail(file, "unknown metadata key " + Quoted(key));
    }
  }
}

}  // namespace

std::map<std::string, std::string> ToMetadata(const Model& model) {
  std::map<std::string, std::string> metadata = Described(model, "");
  metadata["format"] = kFormat;
  metadata["format_version"] = kVersion;
  metadata["graph"] = SerializeGraph(model.graph);
  return metadata;
}

std::map<std::string, std::string> ForeignMetadata(const Model& model) {
  return Described(model, kForeignPrefix);
}

bool HasForeignMetadata(const std::map<std::string, std::string>& metadata) {
  return std::ranges::all_of(Described({}, kForeignPrefix),
                             [&](const auto& entry) { return metadata.contains(entry.first); });
}

void ReadForeignMetadata(const std::map<std::string, std::string>& metadata,
                         const std::string& file, Model& model) {
  const auto patterns = ReadDescription(metadata, kForeignPrefix, file, model.info);
  for (const auto& [name, pattern] : patterns) {
    if (model.graph.HasParam(name)) model.patterns[model.graph.FindParam(name)] = pattern;
  }
}

bool IsModelMetadata(const std::map<std::string, std::string>& metadata) {
  const auto format = metadata.find("format");
  return format != metadata.end() && format->second == kFormat;
}

void MarkAsPacked(std::map<std::string, std::string>& metadata) {
  metadata["format_version"] = kPackedVersion;
}

bool IsPacked(const std::map<std::string, std::string>& metadata) {
  const auto version = metadata.find("format_version");
  return version != metadata.end() && version->second == kPackedVersion;
}

Model FromMetadata(const std::map<std::string, std::string>& metadata, const std::string& file) {
  CheckFormat(metadata, file);
  Model model;
  model.graph = ParseGraph(metadata.at("graph"), Place(file, "graph"));
  for (const auto& [name, pattern] : ReadDescription(metadata, "", file, model.info)) {
    if (!model.graph.HasParam(name)) {
      Fail(Place(file, "patterns"), "names no param of the graph: " + Quoted(name));
    }
    model.patterns[model.graph.FindParam(name)] = pattern;
  }
  return model;
}

}  // namespace winnow
