#include "ort_contender.h"

#include "formats/onnx/onnx_writer.h"
#include "graph/shapes.h"

namespace winnow::peers {
namespace {

Tensor EmptyResult(const Subject& subject) {
  const Graph& graph = subject.model.graph;
  const Dims dims = InferDims(graph, subject.height, subject.width)[graph.output()];
  return Tensor({dims.channels, dims.height, dims.width});
}

class OrtContender : public Contender {
 public:
  OrtContender(const OrtLibrary& library, const Subject& subject, const Model& model, int threads)
      : network_(library, SerializeOnnx(model, {subject.height, subject.width}), threads),
        input_(InputOf(subject)),
        output_(EmptyResult(subject)) {}

  double Run() override {
    return Settled([this] { return Elapsed([this] { RunOnce(); }); });
  }
  std::optional<Tensor> Result() override {
    RunOnce();
    return output_;
  }

 private:
  void RunOnce() { network_.Run({kOnnxInput, &input_}, {{kOnnxOutput, &output_}}); }

  const OrtNetwork network_;
  Tensor input_, output_;
};

}  // namespace

std::unique_ptr<Contender> MakeOrt(const OrtLibrary& library, const Subject& subject,
                                   const Model& model, int threads) {
  return std::make_unique<OrtContender>(library, subject, model, threads);
}

}  // namespace winnow::peers
