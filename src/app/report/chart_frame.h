// What all charts have in common: the plot area, its axes and texts.
#pragma once

#include <string>
#include <vector>

namespace winnow {

inline constexpr double kChartWidth = 440;  // units of the drawing; a letter is about 12 high
inline constexpr double kChartHeight = 290;

struct ChartRange {
  double low = 0;
  double high = 1;
};

struct ChartFrame {
  double left = 58;
  double top = 12;
  double right = kChartWidth - 18;
  double bottom = kChartHeight - 44;
  ChartRange x;
  ChartRange y;

  double X(double value) const {
    return left + (value - x.low) / (x.high - x.low) * (right - left);
  }
  double Y(double value) const {
    return bottom - (value - y.low) / (y.high - y.low) * (bottom - top);
  }
};

std::string Coordinate(double value);
std::string SvgText(double x, double y, const std::string& classes, const std::string& text);
std::string SvgLine(double x1, double y1, double x2, double y2, const std::string& classes);

// Grid lines with their numbers, and the names of both axes.
std::string DrawAxes(const ChartFrame& frame, const std::vector<double>& x_ticks,
                     const std::vector<double>& y_ticks, const std::string& x_name,
                     const std::string& y_name);

// The drawing in a figure with its title as the caption; `content` is SVG, `below` HTML.
std::string WrapChart(const std::string& title, const std::string& content,
                      const std::string& below);

}  // namespace winnow
