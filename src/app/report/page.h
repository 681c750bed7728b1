// A report as a page.
#pragma once

#include <string>

#include "app/report/report.h"

namespace winnow {

// One HTML document that loads nothing: styles, script, drawings and pictures are in it. The same
// bytes for the same report.
std::string ReportPage(const Report& report);

}  // namespace winnow
