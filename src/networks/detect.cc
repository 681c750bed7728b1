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

// Widths of layers that see the picture.
std::set<int> Widths(const TensorShapes& tensors) {
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
std::set<int> Counts(const TensorShapes& tensors) {
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
std::vector<std::map<std::string, int>> Choices(const NetworkRow& row, const TensorShapes& tensors,
                                                const std::set<int>& widths,
                                                const std::set<int>& counts) {
  if (row.settings_of != nullptr) {
    const auto settings = row.settings_of(tensors);
    return settings ? std::vector{*settings} : std::vector<std::map<std::string, int>>{};
  }
  std::vector<std::map<std::string, int>> choices = {{}};
  for (const auto& [key, standard] : row.settings) {
    std::vector<std::map<std::string, int>> more;
    for (const auto& choice : choices) {
      for (int value : key == "width" ? widths : counts) {
        more.push_back(choice);
        more.back()[key] = value;
      }
    }
    choices = std::move(more);
  }
  return choices;
}

// All params, as they are wanted.
bool Fits(const Graph& graph, const TensorShapes& tensors) {
  for (const Param& param : graph.params()) {
    const auto found = tensors.find(param.name);
    if (found == tensors.end() || found->second != param.shape) return false;
  }
  return true;
}

// Whether the network's first layer is among the tensors, at its standard size, or the row finds
// its settings in them.
bool MayFit(const NetworkRow& row, const TensorShapes& tensors) {
  if (row.settings_of != nullptr) return row.settings_of(tensors).has_value();
  return tensors.contains(row.build(row.default_scale, row.settings).graph.params()[0].name);
}

}  // namespace

std::optional<Detected> DetectNetwork(const TensorShapes& tensors, int scale) {
  const std::set<int> widths = Widths(tensors);
  const std::set<int> counts = Counts(tensors);
  std::optional<Detected> best;
  std::size_t most = 0;
  for (const NetworkRow& row : Networks()) {
    if (!MayFit(row, tensors)) continue;
    for (int factor : kScales) {
      if (scale != 0 && factor != scale) continue;
      for (const auto& settings : Choices(row, tensors, widths, counts)) {
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
