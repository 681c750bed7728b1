#include "app/report/measure_quality.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "app/evaluate.h"
#include "app/report/crops.h"
#include "app/restorer.h"
#include "base/digest.h"
#include "base/file.h"
#include "engine/session.h"

namespace winnow {
namespace {

constexpr int kCropPictures = 2;

void Say(const ReportOptions& options, const std::string& text) {
  if (options.on_progress) options.on_progress(text);
}

std::vector<Restorer> MakeRestorers(const std::vector<Subject>& subjects, int threads) {
  std::vector<Restorer> restorers;
  for (const Subject& subject : subjects) {
    const auto session = std::make_shared<Session>(
        subject.model, SessionOptions{.threads = threads, .expected_runs = 100});
    const Model* const model = &subject.model;
    restorers.push_back({subject.label, [session, model](const Image& image) {
                           return Restore(
                               *model, [&](const Tensor& input) { return session->Run(input); },
                               image);
                         }});
  }
  return restorers;
}

std::string DigestOf(const EvalSet& set) {
  Digest digest;
  for (const EvalPair& pair : set.pairs) {
    for (const std::filesystem::path& file : {pair.input, pair.target}) {
      if (!file.empty()) digest.AddEach(ReadFile(file));
    }
  }
  return digest.Hex();
}

// Returns by how much the first model exceeds the baseline on each picture, dB.
std::vector<double> AddSet(const EvalSet& set, const std::vector<Restorer>& restorers,
                           const ReportOptions& options, Lpips* lpips, Report& report) {
  const Protocol protocol = UsualProtocol(report.scale);
  EvalOptions eval{.on_row = {}, .stop = options.stop, .lpips = lpips};
  const auto evaluate = [&](const Restorer& restorer) {
    eval.on_row = [&](const EvalRow& row) {
      Say(options, set.name + ": " + restorer.name + ": " + row.name);
    };
    return Evaluate(set, report.scale, protocol, restorer.restore, eval);
  };
  ReportSet& entry = report.sets.emplace_back();
  entry.name = set.name;
  entry.pictures = static_cast<int>(set.pairs.size());
  entry.digest = DigestOf(set);
  const EvalReport baseline = evaluate(Baseline(report.scale));
  entry.baseline = baseline.mean.quality;
  entry.baseline_lpips = baseline.mean.lpips;
  std::vector<double> gains(set.pairs.size(), 0);
  for (std::size_t i = 0; i < restorers.size(); ++i) {
    const EvalReport measured = evaluate(restorers[i]);
    report.models[i].quality.push_back(measured.mean.quality);
    if (measured.mean.lpips) report.models[i].lpips.push_back(*measured.mean.lpips);
    if (i > 0) continue;
    for (std::size_t k = 0; k < gains.size(); ++k) {
      gains[k] = measured.rows[k].quality.psnr - baseline.rows[k].quality.psnr;
    }
  }
  return gains;
}

// Of the pictures where restoring gains most.
void AddCrops(const EvalSet& set, const std::vector<double>& gains,
              const std::vector<Restorer>& restorers, const ReportOptions& options,
              Report& report) {
  std::vector<std::size_t> order(set.pairs.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t k) { return gains[k]; });
  order.resize(std::min<std::size_t>(order.size(), kCropPictures));
  for (const std::size_t k : order) {
    Say(options, "crops of " + set.pairs[k].name);
    report.crops.push_back(MakeCrops(set.pairs[k], report.scale, restorers));
  }
}

}  // namespace

void MeasureQuality(const std::vector<Subject>& subjects, const std::vector<EvalSet>& sets,
                    const ReportOptions& options, Report& report) {
  if (sets.empty()) return;
  report.protocol = ToString(UsualProtocol(report.scale));
  report.baseline = Baseline(report.scale).name;
  const std::vector<Restorer> restorers = MakeRestorers(subjects, options.threads);
  std::optional<Lpips> lpips;
  if (!options.lpips.empty()) lpips.emplace(options.lpips, options.threads);
  for (const EvalSet& set : sets) {
    const std::vector<double> gains =
        AddSet(set, restorers, options, lpips ? &*lpips : nullptr, report);
    if (&set == &sets.front()) AddCrops(set, gains, restorers, options, report);
  }
}

}  // namespace winnow
