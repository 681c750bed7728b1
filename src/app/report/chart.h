// Charts as inline SVG. Colours come from the page's style sheet: series k has the class "sK".
#pragma once

#include <string>
#include <vector>

namespace winnow {

// Round numbers between low and high (at most about `count`, at least one), evenly spaced.
std::vector<double> Ticks(double low, double high, int count);

struct ChartPoint {
  double x = 0;
  double y = 0;
  std::string label = {};  // beside the point; empty: none
};

struct ChartSeries {
  std::string name = {};  // in the legend; empty: not there
  int style = 0;          // of colour and marker
  bool line = false;
  bool markers = true;
  std::vector<ChartPoint> points = {};  // those that are not finite are left out
};

struct Chart {
  std::string title = {};
  std::string x_name = {};
  std::string y_name = {};
  bool x_from_zero = true;
  std::vector<ChartSeries> series = {};
};

// Labels are placed beside their points where they cover each other least. Without any point the
// chart says so.
std::string DrawChart(const Chart& chart);

struct Bar {
  std::string label = {};  // shown when pointed at
  double value = 0;
  bool muted = false;
};

// Upright bars in front of their ceiling.
std::string DrawBars(const std::string& title, const std::string& x_name, const std::string& y_name,
                     double ceiling, const std::vector<Bar>& bars);

}  // namespace winnow
