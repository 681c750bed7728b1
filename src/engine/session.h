// Runs a model on this machine's processor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

enum class ExecutorKind {
  kReference,  // plain loops, planar: the definition of correct
  kFast,       // our vector kernels in the lane-strided layout
};

// Which kernels do the convolutions of the fast executor. Results are the same to the last bit.
enum class KernelChoice {
  kAuto,       // whichever is estimated to be fastest, or what WINNOW_KERNEL says
  kHighway,    // compiled ones only
  kGenerated,  // code generated for the model only
};

// How exact the results are.
enum class Precision {
  kExact,  // every result is one chain of multiply-adds in float, the same to the last bit however
           // the picture is cut
  kFast,   // float, but 3x3 convolutions by Winograd's algorithm where that is estimated to be
           // faster: near kExact (kernels/winograd/winograd.h says how near), while the last bits
           // depend on where tiles begin
  kBf16,   // kFast, and dense convolutions with factors rounded to bfloat16 where that is estimated
           // to be faster still (kernels/dnnl/bf16_conv.h says how near)
  kFp16,  // numbers and arithmetic in IEEE half precision, 11 significant bits up to 65504, for all
          // operators that have such kernels (engine/halves.h), others in float; still the same to
          // the last bit however the picture is cut
};

// Where the costs come from by which kernels are chosen.
enum class CostSource {
  kBuiltIn,   // constants of the program
  kCached,    // measured on this machine, if that was done before
  kMeasured,  // the same, measured now if need be: half a second
};

struct SessionOptions {
  ExecutorKind executor = ExecutorKind::kFast;
  int threads = 1;
  KernelChoice kernels = KernelChoice::kAuto;
  // What the rows that a group of operators works on at a time may take of the cache; operators run
  // one by one where that is too little. 0: what suits this machine's L2 cache.
  std::int64_t cache_bytes = 0;
  // WINNOW_CALIBRATION=off makes it kBuiltIn.
  CostSource costs = CostSource::kCached;
  // At one input size, at least. Generated code takes time to make; the first run at a size does
  // without where it would not pay within so many, the second generates what is missing.
  double expected_runs = 1;
  Precision precision = Precision::kExact;
};

// How long one step of a run took.
struct StepTime {
  std::string node;         // the graph's node it begins with
  std::string kernel;       // what did it
  double milliseconds = 0;  // that threads spent in it, divided by their number
  std::int64_t macs = 0;    // multiply-adds with weights other than zero; 0 for anything but a
                            // convolution
  std::string why;          // the kernel was chosen; empty where there is but one
  double predicted_ms = 0;  // 0: no prediction
  int group = 0;            // steps of a group follow each other through the picture
};

// One model, ready to run at any size. Run may be called again and again; it is not thread-safe.
// Plans are kept for the last input size, and for a few before it where they are small: running at
// one of these again allocates nothing but the results.
class Session {
 public:
  // The model is copied; it need not outlive the session. Errors: kUnsupported when WINNOW_ISA
  // names a target that this machine lacks, code is wanted that cannot be generated for it, or
  // there is no bfloat16 or no arithmetic in half precision here;
  // kInvalidArgument when WINNOW_KERNEL or WINNOW_CALIBRATION is unknown or the weights do not fit
  // the graph.
  explicit Session(const Model& model, const SessionOptions& options = {});
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  // input [channels, h, w] in the network's own numbers (mean subtracted); the result of the
  // graph's last output. Bit-identical for any number of threads and, with Precision::kExact or
  // kFp16 and a network of finite receptive field, for any tile that a pixel is computed in.
  // Errors: InferDims's; kInvalidArgument for an input of the wrong rank or channels; kOutOfBudget
  // for one too large for one pass; kUnsupported when numbers grow beyond the range of kFp16.
  Tensor Run(const Tensor& input);
  // The results of all outputs, in graph order.
  std::vector<Tensor> RunAll(const Tensor& input);
  // Runs once and times every step, in order; the reference executor counts as one step. Waiting
  // of threads for each other is not in the times.
  std::vector<StepTime> Profile(const Tensor& input);

  // Memory of all results between input and output, at the last input size.
  std::int64_t arena_bytes() const;
  // The same for any input size, with the input and the result themselves; found without taking
  // that memory. Kernels take a few MiB a thread besides. The reference keeps the results of all
  // nodes. Errors: InferDims's; kOutOfBudget as of Run.
  std::int64_t BytesFor(std::int64_t height, std::int64_t width) const;

  // The vector target in use, for example "avx512" or "scalar" (kernels/isa.h); "none" for the
  // reference.
  const char* isa() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
