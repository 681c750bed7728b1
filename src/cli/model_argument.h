// A model or a network by name, as info and bench take it.
#pragma once

#include <string>
#include <vector>

#include "app/benchmark.h"
#include "graph/model.h"

namespace CLI {
class App;
}

namespace winnow {

struct ModelArgument {
  std::string name;
  int scale = 0;
  std::vector<std::string> settings;
};

// -s and --set, which are for networks by name.
void AddNetworkOptions(CLI::App& app, ModelArgument& argument);

// A network by name has no weights yet. Errors: LoadModel's and BuildNetwork's; kInvalidArgument
// for settings of a model.
Model FindModelOrNetwork(const ModelArgument& argument);

// The same, with random weights where it has none, so that it can be timed.
Model FindModelToTime(const ModelArgument& argument);

// What `info --plan` and `bench` time: `size` is text such as 320x180, empty for the usual one;
// `threads` 0 for every processor. Costs are measured; an interrupt stops it.
BenchmarkOptions TimingOptions(const Model& model, const std::string& size, int threads);

}  // namespace winnow
