// Networks by name. One table, one row a network; adding a row adds its tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model.h"
#include "networks/shapes_of.h"

namespace winnow {

// Everything a row can be asked for; a network ignores nothing: an option it does not know is an
// error.
struct NetworkOptions {
  int scale = 0;                        // 0: the network's default
  std::map<std::string, int> settings;  // for example {"width", 48}, {"blocks", 8}
};

struct NetworkRow {
  std::string name;                     // "edsr"
  std::string description;              // one line
  std::map<std::string, int> settings;  // the settings it knows, with their defaults
  // Graph and info, weights empty (ModelInfo::licence and provenance too).
  Model (*build)(int scale, const std::map<std::string, int>& settings);
  int default_scale;
  // What settings tensors of these names and shapes would have; nothing for those of another
  // network. Null: found by trial.
  std::optional<std::map<std::string, int>> (*settings_of)(const TensorShapes& tensors) = nullptr;
  // Sets what training cannot begin with at random in weights that are drawn already. Null:
  // nothing.
  void (*begin)(const Graph& graph, std::vector<Tensor>& weights) = nullptr;
};

const std::vector<NetworkRow>& Networks();

// Errors: kNotFound (lists the names), kInvalidArgument (an unknown setting or an impossible
// value).
Model BuildNetwork(const std::string& name, const NetworkOptions& options = {});

}  // namespace winnow
