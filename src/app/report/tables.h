// The figures of a report in rows and columns, for people.
#pragma once

#include <string>
#include <vector>

#include "app/report/report.h"

namespace winnow {

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
};

// In the form of the SLS paper: one row a model, its cost, quality on every set, time. A first row
// for bicubic enlargement where quality was measured.
Table ResultTable(const Report& report);

// Where each model comes from and what the result table leaves out.
Table OriginTable(const Report& report);

// What the figures are worth: one row a fact, name and value.
Table ProtocolTable(const Report& report);

// The result table and the facts, in Markdown.
std::string ReportMarkdown(const Report& report);

}  // namespace winnow
