// Where the names of points go.
#pragma once

#include <string>
#include <vector>

#include "app/report/chart_frame.h"

namespace winnow {

struct PlacedPoint {
  double x = 0;  // units of the drawing
  double y = 0;
  std::string label = {};
};

// Texts beside their points, each where it covers the fewest points and earlier texts and stays in
// the frame.
std::string DrawLabels(const ChartFrame& frame, const std::vector<PlacedPoint>& points);

}  // namespace winnow
