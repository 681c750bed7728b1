// The work that contenders are compared on.
#pragma once

#include <string>
#include <vector>

#include "graph/model.h"
#include "sparsity/pattern.h"
#include "tensor/tensor.h"

namespace winnow::peers {

enum class SubjectKind {
  kLayer,    // one convolution; timed without the conversion of its input and output
  kNetwork,  // timed end to end
};

struct Subject {
  std::string name;  // "carn"
  SubjectKind kind = SubjectKind::kNetwork;
  Model model;  // dense, random weights
  int height = 0;
  int width = 0;
  std::vector<NodeId> prunable;
  std::vector<Pattern> patterns;  // that ours is timed with
  bool by_default = true;
};

inline constexpr Pattern kDense = {32, 32};
inline bool IsDense(const Pattern& pattern) { return pattern.n == pattern.m; }
// "dense" or "8:32".
std::string Label(const Pattern& pattern);

std::vector<Subject> AllSubjects();

// The subject's model with the smallest weights of every group of its prunable layers set to zero.
Model Pruned(const Subject& subject, const Pattern& pattern);
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
  bool operator==(const ConvLayer&) const = default;
};

struct CountedLayer {
  ConvLayer layer;
  int count = 1;
};

// The different convolutions of a subject. Error kUnsupported for groups, dilation and transposed
// ones, which no subject has.
std::vector<CountedLayer> ConvLayersOf(const Subject& subject);

}  // namespace winnow::peers
