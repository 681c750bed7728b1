// The drawings of a report's page, as HTML.
#pragma once

#include <string>

#include "app/report/report.h"

namespace winnow {

// Quality of set `set` against multiply-adds and, where it was measured, against time: points by
// method, with a line through the models of each run.
std::string TradeOffCharts(const Report& report, std::size_t set);

// What each sparse model keeps of each layer.
std::string LayerCharts(const Report& report);

// Loss, validation PSNR and cost by step, all runs together; those that no run has are left out.
std::string TrainingCharts(const Report& report);

}  // namespace winnow
