#include "networks/public_names.h"

#include <regex>
#include <string_view>
#include <vector>

#include "networks/blocks.h"

namespace winnow {
namespace {

struct Rule {
  const char* theirs;  // a regular expression for the beginning of a name
  const char* ours;    // what stands for it
};

struct Convention {
  const char* origin;
  const char* sign;  // a tensor that tells it
  std::vector<Rule> rules;
};

const std::vector<Convention>& Conventions() {
  static const std::vector<Convention> conventions = {
      {"BasicSR's EDSR",
       "conv_after_body.weight",
       {{R"(conv_first\.)", "head.0."},
        {R"(body\.(\d+)\.conv1\.)", "body.$1.body.0."},
        {R"(body\.(\d+)\.conv2\.)", "body.$1.body.2."},
        {R"(conv_after_body\.)", "body.{blocks}."},
        {R"(upsample\.)", "tail.0."},
        {R"(conv_last\.)", "tail.1."}}},
      {"EDSR-PyTorch", "model.head.0.weight", {{R"(model\.)", ""}}},
      {"ESRGAN, first version",
       "model.1.sub.0.RDB1.conv1.0.weight",
       {{R"(model\.0\.)", "conv_first."},
        {R"(model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\.)", "body.$1.rdb$2.conv$3."},
        {R"(model\.1\.sub\.(\d+)\.)", "conv_body."},
        {R"(model\.3\.)", "conv_up1."},
        {R"(model\.6\.)", "conv_up2."},
        {R"(model\.8\.)", "conv_hr."},
        {R"(model\.10\.)", "conv_last."}}},
      {"ESRGAN",
       "RRDB_trunk.0.RDB1.conv1.weight",
       {{R"(RRDB_trunk\.(\d+)\.RDB(\d)\.)", "body.$1.rdb$2."},
        {R"(trunk_conv\.)", "conv_body."},
        {R"(upconv(\d)\.)", "conv_up$1."},
        {R"(HRconv\.)", "conv_hr."}}}};
  return conventions;
}

std::string Translated(const std::string& name, const std::vector<Rule>& rules, int blocks) {
  for (const Rule& rule : rules) {
    std::smatch match;
    if (!std::regex_search(name, match, std::regex(rule.theirs),
                           std::regex_constants::match_continuous)) {
      continue;
    }
    std::string ours = match.format(rule.ours) + match.suffix().str();
    constexpr std::string_view kBlocks = "{blocks}";
    if (const std::size_t at = ours.find(kBlocks); at != std::string::npos) {
      ours.replace(at, kBlocks.size(), std::to_string(blocks));
    }
    return ours;
  }
  return name;
}

std::string UpsamplerOf(int scale) { return Numbered("upsample.up", scale) + "."; }

// CARN's file for several scales, whose upsamplers are numbered. CARN-M's has such names too, but
// its blocks have one unit each, and its graph takes the names as they are.
PublicNames OneScaleOfCarn(const TensorShapes& tensors, int scale) {
  const std::vector<int> scales = UpsamplerScales(tensors);
  if (scales.empty() || !tensors.contains("b1.b2.body.0.weight")) return {};
  const std::string theirs = UpsamplerOf(scale == 0 ? scales.back() : scale);
  PublicNames names = {"CARN for several scales", {}};
  for (const auto& [name, shape] : tensors) {
    if (!name.starts_with(theirs)) continue;
    names.ours.emplace(name, "upsample.up." + name.substr(theirs.size()));
  }
  return names;
}

}  // namespace

std::vector<int> UpsamplerScales(const TensorShapes& tensors) {
  std::vector<int> scales;
  for (int scale : {2, 3, 4}) {
    if (tensors.contains(UpsamplerOf(scale) + "body.0.weight")) scales.push_back(scale);
  }
  return scales;
}

PublicNames FindPublicNames(const TensorShapes& tensors, int scale) {
  for (const Convention& convention : Conventions()) {
    // Readers take a prefix off that all names share.
    std::string taken;
    if (!tensors.contains(convention.sign)) {
      constexpr std::string_view kShared = "model.";
      const std::string_view sign = convention.sign;
      if (!sign.starts_with(kShared) || convention.rules.size() == 1 ||
          !tensors.contains(std::string(sign.substr(kShared.size())))) {
        continue;
      }
      taken = kShared;
    }
    PublicNames names = {convention.origin, {}};
    const int blocks = CountNumbered(tensors, "body.", ".conv1.weight");
    for (const auto& [name, shape] : tensors) {
      const std::string ours = Translated(taken + name, convention.rules, blocks);
      if (ours != name) names.ours.emplace(name, ours);
    }
    return names;
  }
  return OneScaleOfCarn(tensors, scale);
}

}  // namespace winnow
