// The files beside this one that become part of the page, compiled in.
#pragma once

#include <string_view>

namespace winnow {

extern const std::string_view kPageTemplate;  // page.html
extern const std::string_view kPageStyle;     // page.css
extern const std::string_view kPageScript;    // page.js

}  // namespace winnow
