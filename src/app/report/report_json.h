// All figures of a report as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/report/report.h"

namespace winnow {

// Everything but the pictures. Figures that are not finite become null.
nlohmann::ordered_json ReportJson(const Report& report);

}  // namespace winnow
