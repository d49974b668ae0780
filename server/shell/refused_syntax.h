// What PowerShell has and this language has not, by name: whoever writes it is told so, and what to write
// instead where there is something. Nothing of PowerShell is silently read as something else.
#pragma once

#include <string>
#include <string_view>

namespace edge {

// "'foreach' (a loop) is PowerShell, but not part of edgesim's subset; ..." The advice may be empty.
std::string refusedSyntax(std::string_view what, std::string_view advice = "");

// A statement's keyword (if, foreach, function, ...) and the advice for it; nullptr for other words.
const char* refusedKeyword(std::string_view word);
// An operator that PowerShell has and we have not (-replace, -f, -is, ...); nullptr for other words.
const char* refusedOperator(std::string_view name);
// A cmdlet or alias of PowerShell or Exchange that is known, but not here, with the reason; nullptr for other
// words.
const char* refusedCmdlet(std::string_view name);
// A parameter that every cmdlet has in PowerShell or Exchange, but none here; nullptr for other words.
const char* refusedParameter(std::string_view name);

} // namespace edge
