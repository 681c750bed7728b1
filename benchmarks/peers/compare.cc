#include "compare.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "base/parallel.h"
#include "dnnl_contender.h"
#include "kernels/peak/peak.h"
#include "torch_contender.h"
#include "winnow_contender.h"

namespace winnow::peers {
namespace {

constexpr double kTolerance = 1e-3;

double DeviationOf(const Tensor& result, const Tensor& expected) {
  if (result.shape != expected.shape) return std::numeric_limits<double>::infinity();
  double worst = 0, largest = 0;
  for (std::int64_t i = 0; i < result.size(); ++i) {
    const double difference = std::abs(double{result.data[i]} - expected.data[i]);
    worst = std::isnan(difference) ? std::numeric_limits<double>::infinity()
                                   : std::max(worst, difference);
    largest = std::max(largest, std::abs(double{expected.data[i]}));
  }
  return worst / largest;
}

// The contenders of one comparison, with their entries side by side.
class Field {
 public:
  Field(const Subject& subject, const CompareOptions& options)
      : subject_(subject), options_(options), dense_gmacs_(Gmacs(subject, subject.model)) {
    dense_result_ = AddOurs("dense", subject.model);
    for (const Variant& variant : subject.variants) AddOurs(variant.label, variant.model());
    AddInexact("winnow fast", winnow::Precision::kFast);
    if (options.bfloat16) AddInexact("winnow bf16", winnow::Precision::kBf16);
    if (subject.kind == SubjectKind::kNetwork) {
      AddOrt();
      AddTorch(Precision::kFloat32);
      if (options.bfloat16) AddTorch(Precision::kBfloat16);
    }
    AddDnnl(Precision::kFloat32);
    if (options.bfloat16) AddDnnl(Precision::kBfloat16);
  }

  void Round(bool record) {
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      if (!contenders_[i]) continue;
      // Worker threads of the one before stop spinning meanwhile.
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const double ms = contenders_[i]->Run();
      if (record) entries_[i].ms.push_back(ms);
    }
  }

  std::vector<Entry> TakeEntries() { return std::move(entries_); }

 private:
  // In float, and in half precision perhaps. ONNX Runtime's result, if there is one.
  std::optional<Tensor> AddOurs(const std::string& label, const Model& model) {
    std::optional<Tensor> expected;
    if (options_.ort != nullptr) {
      expected = MakeOrt(*options_.ort, subject_, model, options_.threads)->Result().value();
    }
    const auto add = [&](const char* suffix, winnow::Precision precision, double tolerance) {
      Add({.name = "winnow " + label + suffix, .ours = true, .gmacs = Gmacs(subject_, model)},
          [&] { return MakeWinnow(subject_, model, options_.threads, precision); });
      if (expected) CheckLast(*expected, tolerance);
    };
    add("", winnow::Precision::kExact, kTolerance);
    if (options_.float16) {
      add(" fp16", winnow::Precision::kFp16, std::numeric_limits<double>::infinity());
    }
    return expected;
  }
  // Dense, where Winograd's algorithm may be used, and bfloat16 perhaps.
  void AddInexact(const std::string& name, winnow::Precision precision) {
    Add({.name = name, .ours = true, .gmacs = dense_gmacs_},
        [&] { return MakeWinnow(subject_, subject_.model, options_.threads, precision); });
    if (dense_result_) {
      const bool rounded = precision == winnow::Precision::kBf16;
      CheckLast(*dense_result_, rounded ? std::numeric_limits<double>::infinity() : kTolerance);
    }
  }
  void AddOrt() {
    AddPeer("ONNX Runtime", [this] {
      if (options_.ort == nullptr) throw Error(ErrorKind::kUnsupported, "no library given");
      return MakeOrt(*options_.ort, subject_, subject_.model, options_.threads);
    });
  }
  void AddTorch(Precision precision) {
    const bool exact = precision == Precision::kFloat32;
    AddPeer(exact ? "libtorch f32" : "libtorch bf16",
            [&] { return MakeTorch(subject_, precision, options_.threads); });
    if (dense_result_) {
      CheckLast(*dense_result_, exact ? kTolerance : std::numeric_limits<double>::infinity());
    }
  }
  void AddDnnl(Precision precision) {
    AddPeer(precision == Precision::kFloat32 ? "oneDNN f32" : "oneDNN bf16",
            [&] { return MakeDnnl(subject_, precision, options_.threads); });
  }

  template <typename MakeContender>
  void AddPeer(const std::string& name, const MakeContender& make) {
    Add({.name = name, .gmacs = dense_gmacs_}, make);
  }
  template <typename MakeContender>
  void Add(Entry entry, const MakeContender& make) {
    std::unique_ptr<Contender> contender;
    try {
      contender = make();
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kUnsupported) throw;
      entry.absent = e.what();
    }
    entries_.push_back(std::move(entry));
    contenders_.push_back(std::move(contender));
  }

  void CheckLast(const Tensor& expected, double tolerance) {
    if (!contenders_.back()) return;
    Entry& entry = entries_.back();
    entry.deviation = DeviationOf(contenders_.back()->Result().value(), expected);
    if (*entry.deviation > tolerance) {
      throw Error(ErrorKind::kCorrupt, subject_.name + ": " + entry.name + " deviates by " +
                                           std::to_string(*entry.deviation) +
                                           " from ONNX Runtime; the comparison would be unfair");
    }
  }

  const Subject& subject_;
  const CompareOptions& options_;
  double dense_gmacs_;
  std::optional<Tensor> dense_result_;
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<Contender>> contenders_;  // null where absent
};

double PeakOfAll(int threads) {
  std::vector<double> peaks(threads);
  ParallelFor(threads, threads, [&](int i) { peaks[i] = MeasureFmaPeak(); });
  return std::accumulate(peaks.begin(), peaks.end(), 0.0);
}

}  // namespace

Comparison Compare(const Subject& subject, const CompareOptions& options) {
  Field field(subject, options);
  Comparison comparison = {.subject = subject.name,
                           .kind = subject.kind,
                           .width = subject.width,
                           .height = subject.height,
                           .threads = options.threads};
  for (int round = 0; round <= options.rounds; ++round) {
    const bool record = round > 0;
    const double peak = PeakOfAll(options.threads);
    if (record) comparison.peaks.push_back(peak);
    field.Round(record);
  }
  comparison.entries = field.TakeEntries();
  return comparison;
}

}  // namespace winnow::peers
