// Model files that are good containers but bad models, one fault each.
#include <gtest/gtest.h>

#include <functional>

#include "formats/model_file.h"
#include "formats/testing.h"

namespace winnow {
namespace {

struct Fault {
  std::string name;
  ErrorKind kind;
  std::string fragment;
  std::function<void(TensorFile&)> inject;
};

// Removes a metadata key.
std::function<void(TensorFile&)> Without(const std::string& key) {
  return [key](TensorFile& file) { file.metadata.erase(key); };
}

// Replaces a metadata value as a whole.
std::function<void(TensorFile&)> Set(const std::string& key, const std::string& value) {
  return [=](TensorFile& file) { file.metadata[key] = value; };
}

// Replaces a part of a metadata value.
std::function<void(TensorFile&)> Edit(const std::string& key, const std::string& from,
                                      const std::string& to) {
  return [=](TensorFile& file) { file.metadata[key] = Replaced(file.metadata[key], from, to); };
}

std::vector<Fault> Faults() {
  constexpr ErrorKind kCorrupt = ErrorKind::kCorrupt;
  constexpr ErrorKind kUnsupported = ErrorKind::kUnsupported;
  return {
      {"NoMetadata", kUnsupported, "winnow import",
       [](TensorFile& file) { file.metadata.clear(); }},
      {"OtherFormat", kUnsupported, "winnow import", Set("format", "pt")},
      {"NewerVersion", kUnsupported,
       "\"3\" is newer than this Winnow, which reads versions up to 2; update",
       Set("format_version", "3")},
      {"MuchNewer", kUnsupported, "is newer", Set("format_version", "18446744073709551617")},
      {"VersionZero", kCorrupt, "not a version: \"0\"", Set("format_version", "0")},
      {"VersionPadded", kCorrupt, "not a version: \"01\"", Set("format_version", "01")},
      {"VersionText", kCorrupt, "not a version: \"one\"", Set("format_version", "one")},
      {"VersionEmpty", kCorrupt, "not a version: \"\"", Set("format_version", "")},
      {"NoVersion", kCorrupt, "metadata \"format_version\": is missing", Without("format_version")},
      {"NoGraph", kCorrupt, "metadata \"graph\": is missing", Without("graph")},
      {"NoInfo", kCorrupt, "metadata \"info\": is missing", Without("info")},
      {"NoPatterns", kCorrupt, "metadata \"patterns\": is missing", Without("patterns")},
      {"NoLicence", kCorrupt, "metadata \"licence\": is missing", Without("licence")},
      {"NoProvenance", kCorrupt, "metadata \"provenance\": is missing", Without("provenance")},
      {"UnknownKey", kCorrupt, "unknown metadata key \"author\"", Set("author", "me")},
      {"GraphNoJson", kCorrupt, "metadata \"graph\": not valid JSON", Set("graph", "{]")},
      {"GraphBadNode", kCorrupt, "metadata \"graph\": node 1 \"swap\": field \"stride\"",
       Edit("graph", "\"stride\":1", "\"stride\":null")},
      {"InfoMissingField", kCorrupt, "metadata \"info\": field \"scale\" is missing",
       Edit("info", "\"scale\":1,", "")},
      {"InfoUnknownField", kCorrupt, "metadata \"info\": unknown field \"gamma\"",
       Edit("info", "{", "{\"gamma\":2,")},
      {"InfoDuplicate", kCorrupt, "metadata \"info\": the key \"scale\" appears twice",
       Edit("info", "{", "{\"scale\":2,")},
      {"InfoMistyped", kCorrupt, "\"scale\" must be an integer",
       Edit("info", "\"scale\":1", "\"scale\":\"1\"")},
      {"ScaleWrong", kCorrupt, "not 2 times as large", Edit("info", "\"scale\":1", "\"scale\":2")},
      {"ScaleHuge", kCorrupt, "scale 65 is out of range",
       Edit("info", "\"scale\":1", "\"scale\":65")},
      {"SizeMultipleZero", kCorrupt, "\"size_multiple\" must be",
       Edit("info", "\"size_multiple\":1", "\"size_multiple\":0")},
      {"PixelRange", kCorrupt, "pixel range must be 1 or 255",
       Edit("info", "\"pixel_range\":1.0", "\"pixel_range\":2")},
      {"MeanShort", kCorrupt, "mean needs one entry",
       Edit("info", "\"mean\":[0.0,0.0,0.0]", "\"mean\":[0.0]")},
      {"MeanText", kCorrupt, "\"mean\" must hold numbers",
       Edit("info", "\"mean\":[0.0,0.0,0.0]", "\"mean\":[\"a\"]")},
      {"Colour", kCorrupt, "unknown colour 'cmyk'", Edit("info", "\"rgb\"", "\"cmyk\"")},
      {"Task", kCorrupt, "unknown task 'cooking'", Edit("info", "deblurring", "cooking")},
      {"PatternUnknownParam", kCorrupt, "names no param of the graph: \"swop.weight\"",
       Edit("patterns", "swap", "swop")},
      {"PatternText", kCorrupt, "\"swap.weight\": a pattern is written N:M, not \"half\"",
       Edit("patterns", "1:3", "half")},
      {"PatternPadded", kCorrupt, "not \"01:3\"", Edit("patterns", "1:3", "01:3")},
      {"PatternTail", kCorrupt, "not \"1:3x\"", Edit("patterns", "1:3", "1:3x")},
      {"PatternHuge", kCorrupt, "written N:M", Edit("patterns", "1:3", "1:99999999999")},
      {"PatternNoString", kCorrupt, "must be a string", Edit("patterns", "\"1:3\"", "0.3")},
      {"PatternImpossible", kCorrupt, "impossible pattern 4:3", Edit("patterns", "1:3", "4:3")},
      {"PatternZero", kCorrupt, "impossible pattern 0:3", Edit("patterns", "1:3", "0:3")},
      {"PatternBroken", kCorrupt, "against pattern 1:3",
       [](TensorFile& file) { file.tensors["swap.weight"].data[0] = 1e-9f; }},
      {"ProvenanceNoString", kCorrupt, "metadata \"provenance\": field \"data\" must be a string",
       Set("provenance", "{\"data\":1}")},
      {"TensorMissing", kCorrupt, "missing tensors that the network needs: \"swap.weight\"",
       [](TensorFile& file) { file.tensors.clear(); }},
      {"TensorExtra", kCorrupt, "tensor \"more\" is no param of the graph",
       [](TensorFile& file) { file.tensors["more"] = Tensor({1}); }},
      {"TensorShape", kCorrupt, "tensor \"swap.weight\" is [9], the network needs [3, 3, 1, 1]",
       [](TensorFile& file) { file.tensors["swap.weight"].shape = {9}; }},
  };
}

class BadModel : public testing::TestWithParam<Fault> {};

TEST_P(BadModel, IsRefusedByName) {
  const Fault& fault = GetParam();
  TensorFile file = ParseSafetensors(SerializeModel(TinyModel()), "memory");
  fault.inject(file);
  ExpectError(fault.kind, {"some/file: ", fault.fragment},
              [&] { ParseModel(SerializeSafetensors(file), "some/file"); });
}

INSTANTIATE_TEST_SUITE_P(Faults, BadModel, testing::ValuesIn(Faults()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace winnow
