// The graph in plain loops on planar tensors: the definition of correct, and what the fast executor
// falls back to for operators that do not fit its layout.
#pragma once

#include <vector>

#include "graph/model.h"
#include "graph/shapes.h"
#include "kernels/conv/taps.h"
#include "kernels/reference/planar.h"

namespace winnow {

// Node `id` of the model applied to the results of its inputs; `out` has the node's dims. T is
// float or Bounded (kernels/reference/bounded.h). Not for the Input node.
template <typename T>
void EvaluateNode(const Model& model, NodeId id, const std::vector<Planar<const T>>& inputs,
                  Planar<T> out);

// The results of the graph's outputs, or of all nodes, for an input [channels, h, w]. Errors:
// InferDims's.
std::vector<Tensor> RunReference(const Model& model, const Tensor& input);
std::vector<Tensor> RunReferenceNodes(const Model& model, const Tensor& input);

// The attributes of a Conv2d or ConvTranspose2d for kernels.
ConvShape ConvShapeOf(const Graph& graph, const Conv2d& op);
ConvShape ConvShapeOf(const Graph& graph, const ConvTranspose2d& op);

// Dims of an activation tensor.
Shape ShapeOf(const Dims& dims);

}  // namespace winnow
