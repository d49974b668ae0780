// Shell: runs, checks and completes scripts of the cmdlet language on one configuration and one server. It
// does no I/O of its own: who has a file reads it, who has a terminal prints.
#pragma once

#include <edge/server/shell/cmdlet.h>
#include <edge/server/shell/evaluator.h>
#include <edge/server/shell/script_error.h>
#include <edge/server/shell/shell_host.h>
#include <edge/server/shell/shell_result.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// What may stand at the cursor.
struct Completion {
    std::size_t begin = 0;               // where the word that is replaced begins
    std::vector<std::string> candidates; // whole words
};

// One session: its variables live as long as it does. Not thread-safe; the store and the host are.
class Shell {
public:
    // All outlive the shell.
    Shell(ConfigurationStore& store, const CmdletRegistry& registry, ShellHost& host);

    // Runs a piece of script. One with syntax errors is not run at all; each cmdlet applies atomically.
    ShellResult run(std::string_view text, const std::string& source = "shell",
                    const ShellOptions& options = {});
    // The same on a scratch copy of configuration, server and variables: nothing changes. Which questions it
    // asks is how a shell at the other end of a connection learns them beforehand.
    ShellResult rehearse(std::string_view text, const std::string& source, const ShellOptions& options) const;
    // Every problem of a script, found by running it on a scratch copy of configuration and server. Nothing
    // changes.
    std::vector<ScriptError> check(std::string_view text, const std::string& source) const;
    // Cmdlets, parameters, words and properties that may stand at the cursor.
    Completion complete(std::string_view line, std::size_t cursor) const;
    // The text is the beginning of something longer: an open bracket or quote, a pipe or comma at the end.
    static bool needsMore(std::string_view text);

private:
    ShellVariables copyOfVariables() const;

    ConfigurationStore& store_;
    const CmdletRegistry& registry_;
    ShellHost& host_;
    ShellVariables variables_;
};

} // namespace edge
