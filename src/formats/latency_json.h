// Latency tables as files: docs/plan.md has the fields.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "sparsity/latency_table.h"

namespace winnow {

std::string LatencyToJson(const LatencyTable& table);
// `where` begins every message. Errors: kCorrupt for anything that LatencyToJson does not write.
LatencyTable LatencyFromJson(std::string_view text, const std::string& where);

// Errors: base/file.h's and those above.
void WriteLatencyTable(const LatencyTable& table, const std::filesystem::path& path);
LatencyTable ReadLatencyTable(const std::filesystem::path& path);

}  // namespace winnow
