#include "report.h"

#include "cli/table.h"
#include "contender.h"

namespace winnow::peers {
namespace {

using Json = nlohmann::ordered_json;

// Median over the rounds of scale * above / below.
double MedianRatio(const std::vector<double>& above, const std::vector<double>& below,
                   double scale = 1) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < above.size(); ++i) ratios.push_back(scale * above[i] / below[i]);
  return Median(std::move(ratios));
}

// GMACs / ms / (GMAC/s), in hundredths.
double PercentOfPeak(const Entry& entry, const std::vector<double>& peaks) {
  std::vector<double> at_peak;  // what a run would take
  for (double peak : peaks) at_peak.push_back(entry.gmacs / peak * 1e3);
  return MedianRatio(at_peak, entry.ms, 100);
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> Row(const Entry& entry, const std::vector<const Entry*>& peers,
                             const std::vector<double>& peaks) {
  const double ms = Median(entry.ms);
  std::vector<std::string> row = {entry.name, Fixed(ms, 2), Fixed(entry.gmacs / ms * 1e3, 1),
                                  Fixed(PercentOfPeak(entry, peaks), 0)};
  for (const Entry* peer : peers) {
    row.push_back(entry.ours ? Fixed(MedianRatio(peer->ms, entry.ms), 2) : "");
  }
  return row;
}

}  // namespace

std::string Legend(int rounds) {
  return "Medians of " + std::to_string(rounds) +
         " interleaved rounds. GMAC/s: multiply-adds with weights other than zero.\n"
         "x NAME: how many times as fast as NAME. oneDNN: convolutions only, summed.\n";
}

std::string ToTable(const Comparison& c) {
  std::vector<const Entry*> peers;
  std::vector<std::vector<std::string>> rows = {{"", "ms", "GMAC/s", "% of peak"}};
  for (const Entry& entry : c.entries) {
    if (entry.ours || !entry.absent.empty()) continue;
    peers.push_back(&entry);
    rows[0].push_back("x " + entry.name);
  }
  std::string absent;
  for (const Entry& entry : c.entries) {
    if (entry.absent.empty()) {
      rows.push_back(Row(entry, peers, c.peaks));
    } else {
      absent += "left out: " + entry.name + ": " + entry.absent + "\n";
    }
  }
  std::string title = c.subject;
  if (c.kind == SubjectKind::kNetwork) {
    title += " at " + std::to_string(c.width) + "x" + std::to_string(c.height);
  }
  return title + ", " + std::to_string(c.threads) + (c.threads == 1 ? " thread" : " threads") +
         "; peak " + Fixed(Median(c.peaks), 1) + " GMAC/s\n" + FormatTable(rows) + absent;
}

std::string ToNote(const Machine& machine, const Versions& versions) {
  std::string note = "cpu: " + machine.cpu + " (" + machine.revision + ")\n" +
                     "processors: " + std::to_string(machine.threads) + "\n" +
                     "flags: " + Joined(FlagsThatMatter(machine)) + "\n" +
                     "kernel: " + machine.kernel + "\n" +
                     "load when the run began: " + Fixed(machine.load, 2) + "\n";
  for (const auto& [name, version] : versions) note += name + ": " + version + "\n";
  for (const std::string& line : LeftOut(machine)) note += "left out: " + line + "\n";
  return note;
}

Json ToJson(const Comparison& c) {
  Json contenders = Json::array();
  for (const Entry& entry : c.entries) {
    Json json = {{"name", entry.name}, {"gmacs", entry.gmacs}};
    if (entry.absent.empty()) {
      json["ms_median"] = Median(entry.ms);
      json["ms"] = entry.ms;
    } else {
      json["left_out"] = entry.absent;
    }
    if (entry.deviation) json["deviation"] = *entry.deviation;
    contenders.push_back(std::move(json));
  }
  return {{"subject", c.subject},    {"kind", c.kind == SubjectKind::kLayer ? "layer" : "network"},
          {"width", c.width},        {"height", c.height},
          {"threads", c.threads},    {"peak_gmacs_per_second", c.peaks},
          {"contenders", contenders}};
}

Json ToJson(const Machine& machine, const Versions& versions) {
  Json json = {{"cpu", machine.cpu},
               {"revision", machine.revision},
               {"processors", machine.threads},
               {"flags", FlagsThatMatter(machine)},
               {"kernel", machine.kernel},
               {"load", machine.load}};
  for (const auto& [name, version] : versions) json["versions"][name] = version;
  json["left_out"] = LeftOut(machine);
  return json;
}

}  // namespace winnow::peers
