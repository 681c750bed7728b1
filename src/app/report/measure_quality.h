// What models make of pictures with a known right answer.
#pragma once

#include <vector>

#include "app/eval_set.h"
#include "app/report/make_report.h"
#include "app/report/report.h"
#include "app/report/subjects.h"

namespace winnow {

// Adds the sets, their baseline, the quality of every model on them, and crops of the first one to
// `report`, whose models are those of `subjects`. Errors: Evaluate's, Session's; kInterrupted.
void MeasureQuality(const std::vector<Subject>& subjects, const std::vector<EvalSet>& sets,
                    const ReportOptions& options, Report& report);

}  // namespace winnow
