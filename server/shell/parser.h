// The parser: text to syntax tree, one function a rule, every refusal by name. After an error it takes up
// again at the next line, so that one look shows all of them.
#pragma once

#include <edge/server/shell/script_error.h>
#include <edge/server/shell/syntax_tree.h>

#include <vector>

namespace edge {

struct ParsedScript {
    StatementList statements;
    std::vector<ScriptError> errors; // a script with errors is not run at all
};

// Largest script: a configuration is some hundred lines; a list of a million recipients is imported, not
// written here.
inline constexpr std::size_t kMaxScriptSize = 4 * 1024 * 1024;

ParsedScript parseScript(const SourceText& source);

// The operator behind a dash (-eq, -notlike, -ceq), or nothing.
struct NamedOperator {
    BinaryOperator operation;
    bool caseSensitive;
};
std::optional<NamedOperator> findOperator(std::string_view name);
// The comparison operators' names, for messages and completion.
std::vector<std::string> operatorNames();

} // namespace edge
