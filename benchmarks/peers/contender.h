// What is timed against what.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tensor/tensor.h"

namespace winnow::peers {

// One way to do the work of a subject, with everything but the work itself prepared.
class Contender {
 public:
  Contender() = default;
  virtual ~Contender() = default;
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;

  // Does the work at least once; milliseconds that once takes.
  virtual double Run() = 0;
  // The result, where the contender computes one from the subject's input.
  virtual std::optional<Tensor> Result() { return std::nullopt; }
};

// Milliseconds that `work` takes.
double Elapsed(const std::function<void()>& work);
// One figure from a function that does something and returns its milliseconds. What takes long
// enough is its own figure; shorter work is repeated, the first time dropped, and gives the median.
double Settled(const std::function<double()>& timed);
// Of a copy; the mean of the middle two for an even count. Not for an empty one.
double Median(std::vector<double> values);

}  // namespace winnow::peers
