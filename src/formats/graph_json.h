// A graph as JSON text, the form it has in a model file. docs/file_format.md lists every field.
#pragma once

#include <string>
#include <string_view>

#include "graph/graph.h"

namespace winnow {

// Equal graphs give equal text. Errors: kInvalidArgument for a non-finite attribute or a name that
// is not UTF-8.
std::string SerializeGraph(const Graph& graph);

// The exact inverse. Every field must be there, known, of its type and in range. Errors: kCorrupt;
// the message begins with `where` and names the node.
Graph ParseGraph(std::string_view json, const std::string& where);

}  // namespace winnow
