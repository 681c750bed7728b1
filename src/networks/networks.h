// The build function of every row of the registry; each lives in the file of its network.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model.h"
#include "networks/shapes_of.h"

namespace winnow {

// All settings of the row, each within the registry's bounds.
using Settings = std::map<std::string, int>;

// Graph and info of a network; name, network, licence and weights stay empty. Error
// kInvalidArgument on a scale or setting it cannot have.
Model BuildCarn(int scale, const Settings& settings);
Model BuildCarnM(int scale, const Settings& settings);
Model BuildDmphn(int scale, const Settings& settings);
Model BuildDmphn124(int scale, const Settings& settings);
Model BuildEdsr(int scale, const Settings& settings);
Model BuildEdsrLr(int scale, const Settings& settings);
Model BuildImdn(int scale, const Settings& settings);
Model BuildNafnet(int scale, const Settings& settings);
Model BuildResunet(int scale, const Settings& settings);
Model BuildRfdn(int scale, const Settings& settings);
Model BuildRfdnAim(int scale, const Settings& settings);
Model BuildRrdb(int scale, const Settings& settings);
Model BuildSrn(int scale, const Settings& settings);
Model BuildSrvgg(int scale, const Settings& settings);
Model BuildSteeredUnet(int scale, const Settings& settings);
Model BuildUnet(int scale, const Settings& settings);

// The settings that tensors of such names and shapes belong to; nothing where they are not this
// network's. Whether they fit is for the caller to check.
std::optional<Settings> Dmphn124Settings(const TensorShapes& tensors);
std::optional<Settings> DmphnSettings(const TensorShapes& tensors);
std::optional<Settings> EdsrSettings(const TensorShapes& tensors);
std::optional<Settings> NafnetSettings(const TensorShapes& tensors);
std::optional<Settings> ResunetSettings(const TensorShapes& tensors);
std::optional<Settings> RrdbSettings(const TensorShapes& tensors);
std::optional<Settings> SteeredUnetSettings(const TensorShapes& tensors);

// Sets in `weights`, by ParamId, what training could not begin with at random.
void BeginSteeredUnet(const Graph& graph, std::vector<Tensor>& weights);

}  // namespace winnow
