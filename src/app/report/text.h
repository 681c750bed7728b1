// Numbers and markup as text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow {

// With `digits` after the point; "inf" where it is infinite.
std::string Decimal(double value, int digits);
// As few digits as tell it from its neighbours of six digits: 0.25, 1e-05.
std::string Shortest(double value);

std::string EscapeHtml(std::string_view text);

// An element of HTML or SVG. Values of attributes are escaped, `content` is markup.
using Attributes = std::vector<std::pair<std::string_view, std::string>>;
std::string Element(std::string_view tag, const Attributes& attributes,
                    std::string_view content = "");

std::string Base64(std::string_view bytes);

// `text` with each {{key}} replaced by its value; values are not searched again. Errors:
// kInvalidArgument for a key without a value.
std::string FillTemplate(std::string_view text, const Attributes& values);

}  // namespace winnow
