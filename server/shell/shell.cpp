#include <edge/server/shell/memory_shell_host.h>
#include <edge/server/shell/parser.h>
#include <edge/server/shell/shell.h>

#include <algorithm>
#include <map>

namespace edge {
namespace {

CmdletValue deepCopy(const CmdletValue& value, std::map<const CmdletObject*, CmdletObjectPtr>& copies) {
    if (const auto* list = value.as<CmdletList>()) {
        CmdletList copied;
        for (const auto& element : *list)
            copied.push_back(deepCopy(element, copies));
        return CmdletValue(std::move(copied));
    }
    if (const auto* table = value.as<CmdletTable>()) {
        CmdletTable copied;
        for (const auto& [key, element] : *table)
            copied.emplace_back(key, deepCopy(element, copies));
        return CmdletValue(std::move(copied));
    }
    const auto* object = value.as<CmdletObjectPtr>();
    if (object == nullptr)
        return value;
    auto& copy = copies[object->get()];
    if (!copy)
        copy = std::make_shared<CmdletObject>(**object); // properties hold no objects (holdsObject())
    return CmdletValue(copy);
}

} // namespace

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

ShellResult Shell::rehearse(std::string_view text, const std::string& sourceName,
                            const ShellOptions& options) const {
    ConfigurationStore store(store_);
    MemoryShellHost host(host_);
    Shell scratch(store, registry_, host);
    scratch.variables_ = copyOfVariables();
    return scratch.run(text, sourceName, options);
}

std::vector<ScriptError> Shell::check(std::string_view text, const std::string& sourceName) const {
    const SourceText source{std::string(text), sourceName};
    auto parsed = parseScript(source);
    // What could be read is tried even where something could not: one look shows all problems.
    ConfigurationStore store(store_);
    MemoryShellHost host(host_);
    const ShellOptions options;
    auto variables = copyOfVariables();
    ShellResult result;
    runScript(parsed.statements, source, {store, registry_, host, options, true}, variables, result);
    auto errors = std::move(parsed.errors);
    errors.insert(errors.end(), result.errors.begin(), result.errors.end());
    std::stable_sort(errors.begin(), errors.end(), [](const ScriptError& a, const ScriptError& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return errors;
}

ShellVariables Shell::copyOfVariables() const {
    // Objects have reference semantics: variables of one object share their copy as well.
    std::map<const CmdletObject*, CmdletObjectPtr> copies;
    auto variables = variables_;
    for (auto& entry : variables)
        entry.second = deepCopy(entry.second, copies);
    return variables;
}

bool Shell::needsMore(std::string_view text) {
    const auto parsed = parseScript({std::string(text), ""});
    return !parsed.errors.empty() && parsed.errors.back().category == ErrorCategory::Incomplete;
}

} // namespace edge
