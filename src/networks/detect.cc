#include "networks/detect.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "base/error.h"

namespace winnow {
namespace {

// Blocks, widths and levels are small numbers that names or shapes show.
constexpr std::int64_t kMaxSetting = 256;
constexpr int kScales[] = {4, 2, 3, 1};
// Each level of DMPHN doubles the patches.
const std::set<int> kLevels = {1, 2, 3, 4};

// Widths of layers that see the picture.
std::set<int> Widths(const std::map<std::string, Shape>& tensors) {
  std::set<int> widths;
  for (const auto& [name, shape] : tensors) {
    // SRN sees the picture beside an earlier estimate.
    if (shape.size() == 4 && (shape[1] == 3 || shape[1] == 6) && shape[0] <= kMaxSetting) {
      widths.insert(static_cast<int>(shape[0]));
    }
  }
  return widths;
}

// Numbers in the names, and one more: blocks are counted from 0 or from 1.
std::set<int> Counts(const std::map<std::string, Shape>& tensors) {
  std::set<int> counts;
  for (const auto& [name, shape] : tensors) {
    for (std::size_t i = 0; i < name.size(); ++i) {
      std::int64_t number = -1;
      for (; i < name.size() && std::isdigit(static_cast<unsigned char>(name[i])) != 0; ++i) {
        number = std::min(std::max<std::int64_t>(number, 0) * 10 + (name[i] - '0'), kMaxSetting);
      }
      if (number < 0) continue;
      counts.insert({static_cast<int>(number), static_cast<int>(number) + 1});
      // SRVGGNetCompact counts convolutions and activations alike.
      counts.insert(static_cast<int>(number) / 2 - 1);
    }
  }
  std::erase_if(counts, [](int count) { return count < 1; });
  return counts;
}

// Every choice of the row's settings.
std::vector<std::map<std::string, int>> Choices(const NetworkRow& row, const std::set<int>& widths,
                                                const std::set<int>& counts) {
  std::vector<std::map<std::string, int>> choices = {{}};
  for (const auto& [key, standard] : row.settings) {
    std::vector<std::map<std::string, int>> more;
    for (const auto& choice : choices) {
      for (int value : key == "width" ? widths : key == "levels" ? kLevels : counts) {
        more.push_back(choice);
        more.back()[key] = value;
      }
    }
    choices = std::move(more);
  }
  return choices;
}

// All params, as they are wanted.
bool Fits(const Graph& graph, const std::map<std::string, Shape>& tensors) {
  for (const Param& param : graph.params()) {
    const auto found = tensors.find(param.name);
    if (found == tensors.end() || found->second != param.shape) return false;
  }
  return true;
}

// Whether the network's first layer is among the tensors, at its standard size.
bool MayFit(const NetworkRow& row, const std::map<std::string, Shape>& tensors) {
  return tensors.contains(row.build(row.default_scale, row.settings).graph.params()[0].name);
}

}  // namespace

std::optional<Detected> DetectNetwork(const std::map<std::string, Shape>& tensors, int scale) {
  const std::set<int> widths = Widths(tensors);
  const std::set<int> counts = Counts(tensors);
  std::optional<Detected> best;
  std::size_t most = 0;
  for (const NetworkRow& row : Networks()) {
    if (!MayFit(row, tensors)) continue;
    for (int factor : kScales) {
      if (scale != 0 && factor != scale) continue;
      for (const auto& settings : Choices(row, widths, counts)) {
        const NetworkOptions options = {factor, settings};
        try {
          const Graph graph = BuildNetwork(row.name, options).graph;
          if (graph.params().size() <= most || !Fits(graph, tensors)) continue;
          most = graph.params().size();
          best = Detected{row.name, options};
        } catch (const Error&) {
          continue;  // a scale or width that the network does not have
        }
      }
    }
  }
  return best;
}

}  // namespace winnow
