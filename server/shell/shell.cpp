#include <edge/server/shell/memory_shell_host.h>
#include <edge/server/shell/parser.h>
#include <edge/server/shell/shell.h>

#include <algorithm>

namespace edge {

Shell::Shell(ConfigurationStore& store, const CmdletRegistry& registry, ShellHost& host)
    : store_(store)
    , registry_(registry)
    , host_(host) {}

ShellResult Shell::run(std::string_view text, const std::string& sourceName, const ShellOptions& options) {
    const SourceText source{std::string(text), sourceName};
    ShellResult result;
    auto parsed = parseScript(source);
    if (!parsed.errors.empty()) {
        for (const auto& error : parsed.errors)
            result.messages.push_back({ShellMessage::Kind::Error, error.toString()});
        result.errors = std::move(parsed.errors);
        result.exitCode = ShellResult::kWrongScript;
        return result;
    }
    auto bounded = options;
    bounded.width = std::clamp(options.width, ShellOptions::kMinWidth, ShellOptions::kMaxWidth);
    runScript(parsed.statements, source, {store_, registry_, host_, bounded}, variables_, result);
    return result;
}

ShellResult Shell::rehearse(std::string_view text, const std::string& sourceName, const ShellOptions& options) const {
    ConfigurationStore store(store_);
    MemoryShellHost host(host_);
    Shell scratch(store, registry_, host);
    scratch.variables_ = variables_;
    return scratch.run(text, sourceName, options);
}

std::vector<ScriptError> Shell::check(std::string_view text, const std::string& sourceName) const {
    const SourceText source{std::string(text), sourceName};
    auto parsed = parseScript(source);
    // What could be read is tried even where something could not: one look shows all problems.
    ConfigurationStore store(store_);
    MemoryShellHost host(host_);
    const ShellOptions options;
    ShellVariables variables = variables_;
    variables.erase("ErrorActionPreference");
    ShellResult result;
    runScript(parsed.statements, source, {store, registry_, host, options}, variables, result);
    auto errors = std::move(parsed.errors);
    errors.insert(errors.end(), result.errors.begin(), result.errors.end());
    std::stable_sort(errors.begin(), errors.end(), [](const ScriptError& a, const ScriptError& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return errors;
}

bool Shell::needsMore(std::string_view text) {
    const auto parsed = parseScript({std::string(text), ""});
    return !parsed.errors.empty() && parsed.errors.back().category == ErrorCategory::Incomplete;
}

} // namespace edge
