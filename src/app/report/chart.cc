#include "app/report/chart.h"

#include <algorithm>
#include <cmath>

#include "app/report/chart_frame.h"
#include "app/report/chart_labels.h"
#include "app/report/text.h"

namespace winnow {
namespace {

constexpr int kStyles = 8;  // that the style sheet has
constexpr int kTicks = 6;   // about, an axis

bool IsFinite(const ChartPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

std::string StyleOf(const ChartSeries& series) {
  return std::string("s").append(std::to_string(series.style % kStyles));
}

// Both ends beyond the values by a part of their distance.
ChartRange RangeOf(const std::vector<double>& values, bool from_zero) {
  const auto [least, most] = std::ranges::minmax(values);
  const double low = from_zero ? std::min(least, 0.0) : least;
  double margin = 0.08 * (most - low);
  if (margin <= 0) margin = std::max(0.01 * std::abs(most), 1e-6);
  return {from_zero ? low : low - margin, most + margin};
}

ChartFrame FrameOf(const Chart& chart) {
  std::vector<double> x;
  std::vector<double> y;
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) {
      if (!IsFinite(point)) continue;
      x.push_back(point.x);
      y.push_back(point.y);
    }
  }
  ChartFrame frame;
  if (!x.empty()) {
    frame.x = RangeOf(x, chart.x_from_zero);
    frame.y = RangeOf(y, false);
  }
  return frame;
}

// Shapes differ as well as colours.
std::string Marker(double x, double y, int style) {
  const auto from = [&](double dx, double dy) {
    return std::string("M").append(Coordinate(x + dx)).append(" ").append(Coordinate(y + dy));
  };
  switch (style % 4) {
    case 0:
      return from(-4.5, 0) + "a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z";
    case 1:
      return from(-4, -4) + "h8v8h-8z";
    case 2:
      return from(0, -5.5) + "l5.2 9h-10.4z";
    default:
      return from(0, -5.5) + "l5.5 5.5l-5.5 5.5l-5.5 -5.5z";
  }
}

std::string DrawLine(const ChartFrame& frame, const ChartSeries& series) {
  std::string points;
  for (const ChartPoint& point : series.points) {
    if (!IsFinite(point)) continue;
    if (!points.empty()) points += " ";
    points += Coordinate(frame.X(point.x)) + "," + Coordinate(frame.Y(point.y));
  }
  return Element("polyline", {{"points", points}, {"class", "line " + StyleOf(series)}});
}

std::string DrawMarkers(const ChartFrame& frame, const ChartSeries& series) {
  std::string svg;
  for (const ChartPoint& point : series.points) {
    if (!IsFinite(point)) continue;
    const std::string name = point.label.empty() ? series.name : point.label;
    const std::string text = name + ": " + Shortest(point.x) + ", " + Shortest(point.y);
    svg += Element("path",
                   {{"d", Marker(frame.X(point.x), frame.Y(point.y), series.style)},
                    {"class", "marker " + StyleOf(series)}},
                   Element("title", {}, EscapeHtml(text)));
  }
  return svg;
}

// Points close together on the line, so that labels keep clear of it.
void AddLinePlaces(const ChartFrame& frame, const ChartSeries& series,
                   std::vector<PlacedPoint>& placed) {
  constexpr int kPieces = 16;
  for (std::size_t i = 1; i < series.points.size(); ++i) {
    const ChartPoint& from = series.points[i - 1];
    const ChartPoint& to = series.points[i];
    if (!IsFinite(from) || !IsFinite(to)) continue;
    for (int k = 1; k < kPieces; ++k) {
      const double part = static_cast<double>(k) / kPieces;
      placed.push_back(
          {frame.X(std::lerp(from.x, to.x, part)), frame.Y(std::lerp(from.y, to.y, part)), ""});
    }
  }
}

std::string DrawLegend(const Chart& chart) {
  std::string items;
  for (const ChartSeries& series : chart.series) {
    if (series.name.empty()) continue;
    const std::string mark = series.markers
                                 ? Element("path", {{"d", Marker(7, 7, series.style)},
                                                    {"class", "marker " + StyleOf(series)}})
                                 : SvgLine(0, 7, 14, 7, "line " + StyleOf(series));
    items += Element("li", {},
                     Element("svg", {{"viewBox", "0 0 14 14"}, {"aria-hidden", "true"}}, mark) +
                         EscapeHtml(series.name));
  }
  return items.empty() ? "" : Element("ul", {{"class", "legend"}}, items);
}

}  // namespace

std::string DrawChart(const Chart& chart) {
  const ChartFrame frame = FrameOf(chart);
  std::string svg = DrawAxes(frame, Ticks(frame.x.low, frame.x.high, kTicks),
                             Ticks(frame.y.low, frame.y.high, kTicks), chart.x_name, chart.y_name);
  for (const ChartSeries& series : chart.series) {
    if (series.line) svg += DrawLine(frame, series);
  }
  std::vector<PlacedPoint> placed;
  for (const ChartSeries& series : chart.series) {
    if (series.line) AddLinePlaces(frame, series, placed);
    if (!series.markers) continue;
    svg += DrawMarkers(frame, series);
    for (const ChartPoint& point : series.points) {
      if (IsFinite(point)) placed.push_back({frame.X(point.x), frame.Y(point.y), point.label});
    }
  }
  // More would lie over one another; the legend and what shows on pointing at a marker remain.
  constexpr int kMostLabels = 10;
  const auto labels =
      std::ranges::count_if(placed, [](const PlacedPoint& point) { return !point.label.empty(); });
  if (labels <= kMostLabels) svg += DrawLabels(frame, placed);
  return WrapChart(chart.title, svg, DrawLegend(chart));
}

std::string DrawBars(const std::string& title, const std::string& x_name, const std::string& y_name,
                     double ceiling, const std::vector<Bar>& bars) {
  const auto count = static_cast<double>(bars.size());
  ChartFrame frame;
  frame.x = {0.5, std::max(count, 1.0) + 0.5};
  frame.y = {0, ceiling};
  std::vector<double> ticks;
  for (double tick : Ticks(1, std::max(count, 2.0), 8)) {
    if (tick == std::floor(tick) && tick <= count) ticks.push_back(tick);
  }
  std::vector<double> quarters;
  for (int k = 0; k <= 4; ++k) quarters.push_back(ceiling * k / 4);
  const double width = (frame.right - frame.left) / std::max(count, 1.0);
  std::string columns;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double left = frame.left + (static_cast<double>(i) + 0.12) * width;
    const auto column = [&](double value, const std::string& classes, const std::string& content) {
      const double top = frame.Y(value);
      return Element("rect",
                     {{"x", Coordinate(left)},
                      {"y", Coordinate(top)},
                      {"width", Coordinate(0.76 * width)},
                      {"height", Coordinate(frame.bottom - top)},
                      {"class", classes}},
                     content);
    };
    columns += column(ceiling, "ceiling", "");
    columns += column(bars[i].value, bars[i].muted ? "bar muted" : "bar",
                      Element("title", {}, EscapeHtml(bars[i].label)));
  }
  return WrapChart(title, DrawAxes(frame, ticks, quarters, x_name, y_name) + columns, "");
}

}  // namespace winnow
