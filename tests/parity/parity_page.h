// docs/parity.md: what Exchange is known to have, what became of it here, and the scenarios that show it.
#pragma once

#include <edge/tests/parity/citations.h>
#include <edge/tests/parity/parity_row.h>

#include <string>
#include <vector>

namespace edge::parity {

// The whole page as Markdown.
std::string parityPage(const std::vector<Row>& rows, const Citations& citations);

} // namespace edge::parity
