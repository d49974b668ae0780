// The binder: which argument means which parameter. Names may be abbreviated while they stay unambiguous;
// parameters that Exchange has and edgesim has not take part in that, so that an abbreviation never silently
// means less than it does on a real server.
#pragma once

#include <edge/server/shell/cmdlet.h>
#include <edge/server/shell/script_error.h>

#include <functional>

namespace edge {

// The parameter meant by a (possibly abbreviated) name.
ScriptResult<const CmdletParameter*> resolveParameter(const Cmdlet& cmdlet, std::string_view name,
                                                      const SourceText& source, std::size_t at);

using EvaluateArgument = std::function<ScriptResult<CmdletValue>(const Expression&)>;

// Binds all arguments of a command; what is missing is the caller's to ask for.
ScriptResult<BoundParameters> bind(const Cmdlet& cmdlet, const Command& command, const SourceText& source,
                                   const EvaluateArgument& evaluate);
// Reads a value as the parameter wants it.
Result<CmdletValue> convertArgument(const CmdletParameter& parameter, const CmdletValue& value);

} // namespace edge
