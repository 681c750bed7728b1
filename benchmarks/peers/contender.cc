#include "contender.h"

#include <algorithm>
#include <chrono>

namespace winnow::peers {

double Elapsed(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double Settled(const std::function<double()>& timed) {
  constexpr double kLongEnough = 40;
  const double first = timed();
  if (first >= kLongEnough) return first;
  std::vector<double> times;
  for (double sum = 0; sum < kLongEnough; sum += times.back()) times.push_back(timed());
  return Median(std::move(times));
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace winnow::peers
