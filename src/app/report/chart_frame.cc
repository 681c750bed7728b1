#include "app/report/chart_frame.h"

#include <algorithm>
#include <cmath>

#include "app/report/chart.h"
#include "app/report/text.h"

namespace winnow {
namespace {

// As many digits as the distance of the ticks needs, for all of them alike.
std::vector<std::string> TickTexts(const std::vector<double>& ticks) {
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 1;
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
  const bool thousands = !ticks.empty() && ticks.back() >= 10000;
  std::vector<std::string> texts;
  for (double tick : ticks) {
    texts.push_back(thousands && tick != 0 ? Shortest(tick / 1000) + "k" : Decimal(tick, digits));
  }
  return texts;
}

}  // namespace

std::vector<double> Ticks(double low, double high, int count) {
  const double raw = (high - low) / std::max(count, 1);
  const double power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= raw * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (double k = first; k * step <= high + 1e-9 * step; ++k) {
    ticks.push_back(k * step + 0.0);  // no -0
  }
  if (ticks.empty()) ticks.push_back(low);
  return ticks;
}

std::string Coordinate(double value) { return Decimal(value, 1); }

std::string SvgText(double x, double y, const std::string& classes, const std::string& text) {
  return Element("text", {{"x", Coordinate(x)}, {"y", Coordinate(y)}, {"class", classes}},
                 EscapeHtml(text));
}

std::string SvgLine(double x1, double y1, double x2, double y2, const std::string& classes) {
  return Element("line", {{"x1", Coordinate(x1)},
                          {"y1", Coordinate(y1)},
                          {"x2", Coordinate(x2)},
                          {"y2", Coordinate(y2)},
                          {"class", classes}});
}

std::string DrawAxes(const ChartFrame& frame, const std::vector<double>& x_ticks,
                     const std::vector<double>& y_ticks, const std::string& x_name,
                     const std::string& y_name) {
  std::string svg;
  const std::vector<std::string> y_texts = TickTexts(y_ticks);
  for (std::size_t i = 0; i < y_ticks.size(); ++i) {
    const double y = frame.Y(y_ticks[i]);
    svg += SvgLine(frame.left, y, frame.right, y, "grid");
    svg += SvgText(frame.left - 6, y + 4, "tick end", y_texts[i]);
  }
  const std::vector<std::string> x_texts = TickTexts(x_ticks);
  for (std::size_t i = 0; i < x_ticks.size(); ++i) {
    const double x = frame.X(x_ticks[i]);
    svg += SvgLine(x, frame.bottom, x, frame.bottom + 4, "axis");
    svg += SvgText(x, frame.bottom + 17, "tick middle", x_texts[i]);
  }
  svg += SvgLine(frame.left, frame.bottom, frame.right, frame.bottom, "axis");
  svg += SvgText((frame.left + frame.right) / 2, kChartHeight - 8, "name middle", x_name);
  const double middle = (frame.top + frame.bottom) / 2;
  svg += Element("text",
                 {{"transform", "translate(12 " + Coordinate(middle) + ") rotate(-90)"},
                  {"class", "name middle"}},
                 EscapeHtml(y_name));
  return svg;
}

std::string WrapChart(const std::string& title, const std::string& content,
                      const std::string& below) {
  const std::string box = "0 0 " + Shortest(kChartWidth) + " " + Shortest(kChartHeight);
  return Element("figure", {{"class", "chart"}},
                 Element("figcaption", {}, EscapeHtml(title)) +
                     Element("svg", {{"viewBox", box}, {"role", "img"}, {"aria-label", title}},
                             content) +
                     below) +
         "\n";
}

}  // namespace winnow
