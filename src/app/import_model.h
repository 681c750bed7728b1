// A model of another project's file.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "graph/model.h"

namespace winnow {

struct ImportOptions {
  std::string network{};                  // weights only; empty: found by names and shapes
  int scale = 0;                          // 0: found
  std::map<std::string, int> settings{};  // of the network
  std::string range{};                    // a row of PixelConventions(); empty: found
  std::string colour{};                   // "rgb", "bgr" or "y"; empty: found or assumed
};

struct Imported {
  // Valid, and run on noise. The name is empty, and so is the licence but for files that Winnow
  // wrote.
  Model model;
  std::vector<std::string> notes;   // what was found or assumed, and how
  std::vector<std::string> unused;  // tensors of the file that the network does not have
  bool unchanged = false;           // the file is a Winnow model already
};

// By the suffix: .onnx is a network; .pth, .pt, .ckpt, .bin and .pkl are PyTorch's weights, any
// other is safetensors. A folder stands for the files of weights in it; of several files, at least
// one, each holds the part of the network that bears its name without suffix. Errors: those of the
// readers; kInvalidArgument where something cannot be found out and an option must say it, or an
// option contradicts the file; kUnsupported for a network whose result is not finite or is
// constant.
Imported ImportModel(const std::vector<std::filesystem::path>& files, const ImportOptions& options);
Imported ImportModel(const std::filesystem::path& file, const ImportOptions& options);

// The network on noise. Error kUnsupported, naming `file`, when the result is not finite or is the
// same everywhere.
void DryRun(const Model& model, const std::string& file);

// The least number, up to 128, of which height and width must be multiples for the result to be
// `scale` times as large as the input. Error kUnsupported when there is none.
int FindSizeMultiple(const Graph& graph, int scale);

}  // namespace winnow
