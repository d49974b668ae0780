// Values as JSON: ConvertTo-Json, and what the management interface hands out.
#pragma once

#include <edge/config/value.h>

#include <string>

namespace edge {

// Indented by two; an object's properties in their order. `depth` bounds the nesting; what lies deeper
// becomes text, as in PowerShell. Sizes, time spans and dates are texts as the shell prints them; a date is
// ISO 8601.
std::string toJson(const CmdletValue& value, bool compress, int depth);

} // namespace edge
