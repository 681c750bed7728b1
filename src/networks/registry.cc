#include "networks/registry.h"

#include "base/error.h"
#include "base/text.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kMaxSetting = 1024;

const NetworkRow& FindRow(const std::string& name) {
  for (const NetworkRow& row : Networks()) {
    if (row.name == name) return row;
  }
  throw Error(ErrorKind::kNotFound,
              "no network '" + name + "'; there are: " + Join(Networks(), &NetworkRow::name));
}

Settings Merge(const NetworkRow& row, const std::map<std::string, int>& wanted) {
  Settings settings = row.settings;
  for (const auto& [key, value] : wanted) {
    const auto known = settings.find(key);
    if (known == settings.end()) {
      throw Error(ErrorKind::kInvalidArgument,
                  "network '" + row.name + "' has no setting '" + key + "'");
    }
    if (value < 1 || value > kMaxSetting) {
      throw Error(ErrorKind::kInvalidArgument, "network '" + row.name + "': setting '" + key +
                                                   "' must be 1 to " + std::to_string(kMaxSetting) +
                                                   ", not " + std::to_string(value));
    }
    known->second = value;
  }
  return settings;
}

}  // namespace

const std::vector<NetworkRow>& Networks() {
  static const std::vector<NetworkRow> rows = {
      {"edsr",
       "EDSR baseline, super-resolution",
       {{"width", 64}, {"blocks", 16}, {"residual", 100}},
       BuildEdsr,
       4,
       EdsrSettings},
      {"carn", "CARN for one scale, super-resolution", {{"width", 64}}, BuildCarn, 4},
      {"rfdn",
       "RFDN with 64 channels, super-resolution",
       {{"width", 64}, {"blocks", 4}},
       BuildRfdn,
       4},
      {"unet", "UNet, deblurring", {{"width", 64}, {"blocks", 8}, {"unshuffle", 1}}, BuildUnet, 1},
      {"resunet",
       "UNet of normalised residual blocks, deblurring",
       {{"width", 48}, {"outer", 1}, {"blocks", 10}},
       BuildResunet,
       1,
       ResunetSettings},
      {"steered_unet",
       "resunet that is told what the picture says of its blur, deblurring",
       {{"width", 48}, {"outer", 1}, {"blocks", 10}, {"scales", 1}},
       BuildSteeredUnet,
       1,
       SteeredUnetSettings,
       BeginSteeredUnet},
      {"srn", "SRN without recurrence, deblurring", {{"width", 32}, {"blocks", 3}}, BuildSrn, 1},
      {"dmphn",
       "DMPHN 1-2-4-8, deblurring",
       {{"width", 32}, {"levels", 4}},
       BuildDmphn,
       1,
       DmphnSettings},
      {"carn_m", "CARN-M as published, super-resolution", {}, BuildCarnM, 4},
      {"imdn", "IMDN as published, super-resolution", {{"width", 64}, {"blocks", 6}}, BuildImdn, 4},
      {"rfdn_aim", "RFDN of the AIM 2020 challenge, super-resolution", {}, BuildRfdnAim, 4},
      {"dmphn_124",
       "DMPHN as published (1-2-4 by default), deblurring",
       {{"levels", 3}},
       BuildDmphn124,
       1,
       Dmphn124Settings},
      {"srvgg",
       "SRVGGNetCompact, super-resolution",
       {{"width", 64}, {"blocks", 16}},
       BuildSrvgg,
       4},
      {"nafnet",
       "NAFNet as published, deblurring",
       {{"width", 32},
        {"enc1", 1},
        {"enc2", 1},
        {"enc3", 1},
        {"enc4", 28},
        {"middle", 1},
        {"dec1", 1},
        {"dec2", 1},
        {"dec3", 1},
        {"dec4", 1}},
       BuildNafnet,
       1,
       NafnetSettings},
      {"rrdb",
       "ESRGAN and Real-ESRGAN as published, super-resolution",
       {{"width", 64}, {"blocks", 23}, {"growth", 32}},
       BuildRrdb,
       4,
       RrdbSettings},
      {"compact",
       "EDSR-like, all at low resolution",
       {{"width", 64}, {"blocks", 4}},
       BuildEdsrLr,
       4},
  };
  return rows;
}

Model BuildNetwork(const std::string& name, const NetworkOptions& options) {
  const NetworkRow& row = FindRow(name);
  const int scale = options.scale == 0 ? row.default_scale : options.scale;
  Model model = row.build(scale, Merge(row, options.settings));
  model.info.name = row.name;
  model.info.network = row.name;
  return model;
}

}  // namespace winnow
