#include "app/report/chart_labels.h"

#include <algorithm>

namespace winnow {
namespace {

constexpr double kLetterWidth = 6.4;  // on average, of labels
constexpr double kLetterHeight = 12;
constexpr double kGap = 8;  // from the middle of a point

struct Box {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

double Overlap(double a, double a_length, double b, double b_length) {
  return std::max(0.0, std::min(a + a_length, b + b_length) - std::max(a, b));
}

double Overlap(const Box& a, const Box& b) {
  return Overlap(a.left, a.width, b.left, b.width) * Overlap(a.top, a.height, b.top, b.height);
}

double AreaOutside(const Box& box, const ChartFrame& frame) {
  const Box inside = {frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top};
  return box.width * box.height - Overlap(box, inside);
}

// Right, left, above, below and the corners, the dearest last.
std::vector<Box> Candidates(const PlacedPoint& point) {
  const double width = kLetterWidth * static_cast<double>(point.label.size());
  std::vector<Box> boxes;
  for (const auto& [right, down] :
       {std::pair(1, 0), {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {-1, -1}, {1, 1}, {-1, 1}}) {
    const double middle = point.x + right * (kGap + width / 2);
    const double height = down == 0 ? 0 : right == 0 ? kGap + 5 : kGap + 2;
    boxes.push_back(
        {middle - width / 2, point.y + down * height - kLetterHeight / 2, width, kLetterHeight});
  }
  return boxes;
}

}  // namespace

std::string DrawLabels(const ChartFrame& frame, const std::vector<PlacedPoint>& points) {
  std::vector<Box> taken;
  for (const PlacedPoint& point : points) taken.push_back({point.x - 5, point.y - 5, 10, 10});
  std::string svg;
  for (const PlacedPoint& point : points) {
    if (point.label.empty()) continue;
    const std::vector<Box> candidates = Candidates(point);
    const Box best = *std::ranges::min_element(candidates, {}, [&](const Box& box) {
      double cost = 10 * AreaOutside(box, frame);
      for (const Box& other : taken) cost += Overlap(box, other);
      return cost;
    });
    taken.push_back(best);
    svg += SvgText(best.left + best.width / 2, best.top + kLetterHeight - 2, "label middle",
                   point.label);
  }
  return svg;
}

}  // namespace winnow
