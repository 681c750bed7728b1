#include "winnow_contender.h"

#include "engine/session.h"

namespace winnow::peers {
namespace {

class WinnowContender : public Contender {
 public:
  WinnowContender(const Subject& subject, const Model& model, int threads,
                  winnow::Precision precision)
      : kind_(subject.kind),
        session_(model, {.threads = threads, .precision = precision}),
        input_(InputOf(subject)) {}

  double Run() override {
    return Settled([this] { return kind_ == SubjectKind::kLayer ? TimeOfLayer() : TimeOfRun(); });
  }
  std::optional<Tensor> Result() override { return session_.Run(input_); }

 private:
  double TimeOfRun() {
    return Elapsed([this] { session_.Run(input_); });
  }
  double TimeOfLayer() {
    double sum = 0;
    for (const StepTime& step : session_.Profile(input_)) {
      if (step.macs > 0) sum += step.milliseconds;
    }
    return sum;
  }

  SubjectKind kind_;
  Session session_;
  Tensor input_;
};

}  // namespace

std::unique_ptr<Contender> MakeWinnow(const Subject& subject, const Model& model, int threads,
                                      winnow::Precision precision) {
  return std::make_unique<WinnowContender>(subject, model, threads, precision);
}

}  // namespace winnow::peers
