#include "cli/table.h"

#include <algorithm>
#include <cstdio>

namespace winnow {

std::string FormatTable(const std::vector<std::vector<std::string>>& rows,
                        const std::vector<int>& left) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string fill(widths[i] - row[i].size(), ' ');
      const bool to_left = std::count(left.begin(), left.end(), static_cast<int>(i)) != 0;
      if (i != 0) line += "  ";
      line += to_left ? row[i] : fill;
      line += to_left ? fill : row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Fixed(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

std::string Milliseconds(double ms) {
  constexpr int kMostDigits = 9;
  int digits = 2;
  for (double shown = 1; ms > 0 && ms < shown && digits < kMostDigits; shown /= 10) ++digits;
  return Fixed(ms, digits);
}

std::string Grouped(std::int64_t value) {
  std::string text = std::to_string(value);
  for (int i = static_cast<int>(text.size()) - 3; i > (value < 0 ? 1 : 0); i -= 3) {
    text.insert(static_cast<std::size_t>(i), ",");
  }
  return text;
}

}  // namespace winnow
