// Figures in columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace winnow {

// The first row is the heading. Columns are as wide as their longest cell; all but those listed in
// `left` are aligned to the right.
std::string FormatTable(const std::vector<std::vector<std::string>>& rows,
                        const std::vector<int>& left = {0});

// With `digits` after the point.
std::string Fixed(double value, int digits);

// "12.35", "0.00123": with two digits after the point, and more where these would leave less than
// three that count.
std::string Milliseconds(double ms);
// "1,514,880".
std::string Grouped(std::int64_t value);

}  // namespace winnow
