// The evaluator: walks the syntax tree of a script and runs its cmdlets. Objects travel through a pipe as
// lists; a cmdlet's error is reported and the script goes on, as in PowerShell, unless -ErrorAction Stop says
// otherwise.
#pragma once

#include <edge/server/shell/cmdlet.h>
#include <edge/server/shell/shell_result.h>
#include <edge/server/shell/syntax_tree.h>

#include <map>

namespace edge {

// The variables of a session.
using ShellVariables = std::map<std::string, CmdletValue, ILess>;

// What a script runs on.
struct ShellServices {
    ConfigurationStore& store;
    const CmdletRegistry& registry;
    ShellHost& host;
    const ShellOptions& options;
    bool allErrors = false; // report every error and go on, whatever -ErrorAction says: checking
};

// Runs the statements; output, warnings and errors go to `result`.
void runScript(const StatementList& statements, const SourceText& source, const ShellServices& services,
               ShellVariables& variables, ShellResult& result);

} // namespace edge
