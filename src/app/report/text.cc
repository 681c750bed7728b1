#include "app/report/text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "base/error.h"

namespace winnow {

std::string Decimal(double value, int digits) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

std::string Shortest(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.6g", value);
  return buffer;
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Element(std::string_view tag, const Attributes& attributes, std::string_view content) {
  std::string text = "<" + std::string(tag);
  for (const auto& [name, value] : attributes) {
    text += " " + std::string(name) + "=\"" + EscapeHtml(value) + "\"";
  }
  return text + ">" + std::string(content) + "</" + std::string(tag) + ">";
}

std::string Base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
    }
    const std::size_t digits = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t k = 0; k < 4; ++k) {
      text += k < digits ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

std::string FillTemplate(std::string_view text, const Attributes& values) {
  std::string filled;
  for (std::size_t at = 0;;) {
    const std::size_t open = text.find("{{", at);
    filled += text.substr(at, open - at);
    if (open == text.npos) return filled;
    const std::size_t close = text.find("}}", open);
    const std::string_view key =
        close == text.npos ? text.substr(open) : text.substr(open + 2, close - open - 2);
    const auto value = std::ranges::find(values, key, [](const auto& v) { return v.first; });
    if (close == text.npos || value == values.end()) {
      throw Error(ErrorKind::kInvalidArgument, "template: no value for " + std::string(key));
    }
    filled += value->second;
    at = close + 2;
  }
}

}  // namespace winnow
