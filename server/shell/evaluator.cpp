// The script as a whole: statements, pipes, messages and errors.
#include <edge/server/shell/evaluation.h>
#include <edge/server/shell/formatting.h>
#include <edge/server/shell/value_operations.h>

namespace edge {
namespace {

// Objects between two cmdlets of a pipe.
constexpr std::size_t kMaxObjects = 1'000'000;

} // namespace

void Evaluator::run(const StatementList& statements) {
    for (const auto& statement : statements) {
        auto values = runStatement(statement);
        if (!values)
            report(values.error(), preferredAction());
        else
            print(*values);
        if (stopped_)
            return;
    }
}

ScriptResult<CmdletList> Evaluator::runStatement(const Statement& statement) {
    if (const auto* pipeline = std::get_if<Pipeline>(&statement.node))
        return runPipeline(*pipeline);
    if (auto assigned = assign(std::get<AssignmentStatement>(statement.node)); !assigned)
        return assigned.error();
    return CmdletList();
}

ScriptResult<CmdletList> Evaluator::runPipeline(const Pipeline& pipeline) {
    CmdletList values;
    for (std::size_t i = 0; i < pipeline.elements.size() && !stopped_; ++i) {
        const auto* command = std::get_if<Command>(&pipeline.elements[i]);
        if (command == nullptr) {
            auto value = evaluateExpression(*std::get<ExpressionPtr>(pipeline.elements[i]));
            if (!value)
                return value.error();
            values = spread(*value);
            continue;
        }
        auto output = runCommand(*command, values, i != 0, i);
        if (!output)
            return output;
        values = std::move(*output);
        if (values.size() > kMaxObjects)
            return error(command->at, ErrorCategory::Operation, "more objects than a pipe may hold");
    }
    return values;
}

ScriptResult<CmdletList> Evaluator::runBlock(const Expression& block, const CmdletValue& item) {
    items_.push_back(item);
    CmdletList values;
    for (const auto& statement : *std::get<BlockExpression>(block.node).statements) {
        auto handed = runStatement(statement);
        if (!handed) {
            items_.pop_back();
            return handed;
        }
        values.insert(values.end(), handed->begin(), handed->end());
    }
    items_.pop_back();
    return values;
}

void Evaluator::say(ShellMessage::Kind kind, std::string text) {
    result_.messages.push_back({kind, std::move(text)});
}

void Evaluator::report(ScriptError problem, ErrorAction action) {
    if (services_.allErrors)
        action = ErrorAction::Continue;
    else if (problem.category == ErrorCategory::Cancelled)
        action = ErrorAction::Stop;
    if (action == ErrorAction::Stop)
        stopped_ = true;
    if (action == ErrorAction::Silent)
        return;
    say(ShellMessage::Kind::Error, problem.toString());
    result_.exitCode = ShellResult::kFailed;
    result_.errors.push_back(std::move(problem));
}

ScriptError Evaluator::error(std::size_t at, ErrorCategory category, std::string message) const {
    return source_.error(at, category, std::move(message));
}

std::size_t Evaluator::listLimit(bool inTable) const {
    constexpr std::size_t kInTable = 4, kInList = 16; // PowerShell's own limit, and the Exchange shell's
    const auto found = variables_.find("FormatEnumerationLimit");
    const auto* limit = found == variables_.end() ? nullptr : found->second.as<std::int64_t>();
    if (limit == nullptr)
        return inTable ? kInTable : kInList;
    return *limit < 0 ? CmdletValue::kWholeList : static_cast<std::size_t>(*limit);
}

ErrorAction Evaluator::preferredAction() const {
    const auto found = variables_.find("ErrorActionPreference");
    return found == variables_.end() ? ErrorAction::Continue : actionNamed(found->second.toText());
}

ErrorAction Evaluator::actionNamed(const std::string& word) {
    if (iequals(word, "Stop"))
        return ErrorAction::Stop;
    return iequals(word, "SilentlyContinue") || iequals(word, "Ignore") ? ErrorAction::Silent
                                                                        : ErrorAction::Continue;
}

void Evaluator::print(const CmdletList& values) {
    if (values.empty())
        return;
    say(ShellMessage::Kind::Output,
        formatDefault(values, services_.registry,
                      {services_.options.width, listLimit(true), listLimit(false)}));
    result_.objects.insert(result_.objects.end(), values.begin(), values.end());
}

void runScript(const StatementList& statements, const SourceText& source, const ShellServices& services,
               ShellVariables& variables, ShellResult& result) {
    Evaluator(source, services, variables, result).run(statements);
}

} // namespace edge
