// The work that contenders are compared on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow::peers {

enum class SubjectKind {
  kLayer,    // one convolution; timed without the conversion of its input and output
  kNetwork,  // timed end to end
};

// A sparse form of a subject's model, which ours is timed with.
struct Variant {
  std::string label;             // "8:32"
  std::function<Model()> model;  // made when it is timed: large networks in all forms fill memory
};

struct Subject {
  std::string name;  // "carn"
  SubjectKind kind = SubjectKind::kNetwork;
  Model model;  // dense
  std::vector<Variant> variants;
  int height = 0;
  int width = 0;
  bool by_default = true;
};

// Layers and networks with random weights; their variants have the smallest of every group of the
// prunable layers set to zero.
std::vector<Subject> AllSubjects();

// A network from model files: the dense one, then the sparse ones made of it. Errors: ReadModel's;
// kInvalidArgument for a size it does not take, or other input channels.
Subject FromFiles(const std::vector<std::string>& files, int width, int height);

// Uniform noise in the model's range.
Tensor InputOf(const Subject& subject);
// Multiply-adds of a run / 1e9, with weights other than zero.
double Gmacs(const Subject& subject, const Model& model);

// A convolution of a network at one size.
struct ConvLayer {
  std::int64_t in = 0, out = 0;                                       // channels
  std::int64_t height = 0, width = 0, out_height = 0, out_width = 0;  // of input and output
  std::int64_t kernel_height = 0, kernel_width = 0;
  int stride = 1;
  Pads pads{};
  int groups = 1;
  bool transposed = false;
  bool operator==(const ConvLayer&) const = default;
};

struct CountedLayer {
  ConvLayer layer;
  int count = 1;
};

// The different convolutions of a subject, transposed ones too. Error kUnsupported for dilation.
std::vector<CountedLayer> ConvLayersOf(const Subject& subject);

}  // namespace winnow::peers
