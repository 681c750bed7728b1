// The manual page.
#pragma once

#include <string>
#include <vector>

#include "cli/reference/command_tree.h"

namespace winnow {

// In the roff of man(7), for section 1.
std::string ManPage(const std::vector<CommandText>& commands, const std::string& version);

}  // namespace winnow
