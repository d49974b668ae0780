// Expressions, variables and assignments.
#include <edge/config/suggestion.h>
#include <edge/server/shell/evaluation.h>
#include <edge/server/shell/refused_syntax.h>
#include <edge/server/shell/value_operations.h>

namespace edge {
namespace {

// Variables that mean something to PowerShell and nothing here; setting one would be silently ignored.
constexpr std::string_view kForeignVariables[] = {"ConfirmPreference",
                                                  "DebugPreference",
                                                  "InformationPreference",
                                                  "ProgressPreference",
                                                  "VerbosePreference",
                                                  "WarningPreference",
                                                  "WhatIfPreference",
                                                  "OFS",
                                                  "PSDefaultParameterValues",
                                                  "MaximumHistoryCount",
                                                  "PSModuleAutoloadingPreference",
                                                  "OutputEncoding"};

// Bool, text and the like have Count and Length, as in PowerShell.
std::optional<CmdletValue> builtInProperty(const CmdletValue& value, std::string_view name) {
    const auto* list = value.as<CmdletList>();
    const auto* text = value.as<std::string>();
    if (text != nullptr && iequals(name, "Length"))
        return CmdletValue(static_cast<std::int64_t>(text->size()));
    if (!iequals(name, "Count") && !iequals(name, "Length"))
        return {};
    if (list != nullptr)
        return CmdletValue(static_cast<std::int64_t>(list->size()));
    return CmdletValue(value.isNull() ? 0 : 1);
}

std::string interpolated(const CmdletValue& value) {
    const auto* list = value.as<CmdletList>();
    if (list == nullptr)
        return value.toText();
    std::string text;
    for (const auto& element : *list)
        text += (&element == &list->front() ? "" : " ") + element.toText();
    return text;
}

} // namespace

ScriptResult<CmdletValue> Evaluator::evaluateExpression(const Expression& expression) {
    return std::visit([&](const auto& node) { return value(expression, node); }, expression.node);
}

ScriptResult<CmdletValue> Evaluator::value(const Expression&, const LiteralExpression& literal) {
    return literal.value;
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const InterpolatedText& text) {
    std::string joined;
    for (const auto& part : text.parts) {
        if (!part.isVariable) {
            joined += part.text;
            continue;
        }
        const auto found = variable(part.text, part.at);
        if (!found)
            return found.error();
        joined += interpolated(*found);
    }
    return bounded(expression, CmdletValue(std::move(joined)));
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const VariableExpression& name) {
    return variable(name.name, expression.at);
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const MemberExpression& member) {
    const auto object = evaluateExpression(*member.object);
    if (!object)
        return object;
    return property(*object, member.name, expression.at);
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const ListExpression& list) {
    CmdletList elements;
    for (const auto& element : list.elements) {
        auto one = evaluateExpression(*element);
        if (!one)
            return one;
        elements.push_back(std::move(*one));
    }
    return bounded(expression, CmdletValue(std::move(elements)));
}

ScriptResult<CmdletValue> Evaluator::value(const Expression&, const ListOfPipeline& list) {
    if (!list.pipeline)
        return CmdletValue(CmdletList());
    auto values = runPipeline(*list.pipeline);
    if (!values)
        return values.error();
    return CmdletValue(std::move(*values));
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const TableExpression& table) {
    CmdletTable entries;
    for (const auto& [key, element] : table.entries) {
        auto one = evaluateExpression(*element);
        if (!one)
            return one;
        entries.emplace_back(key, std::move(*one));
    }
    return bounded(expression, CmdletValue(std::move(entries)));
}

ScriptResult<CmdletValue> Evaluator::value(const Expression&, const PipelineExpression& bracket) {
    return pipelineValue(bracket.pipeline);
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const BlockExpression&) {
    return error(expression.at, ErrorCategory::Unsupported,
                 refusedSyntax("'{…}' (a script block) outside Where-Object and ForEach-Object", ""));
}

ScriptResult<CmdletValue> Evaluator::value(const Expression& expression, const BinaryExpression& binary) {
    const auto left = evaluateExpression(*binary.left);
    if (!left)
        return left;
    if (binary.operation == BinaryOperator::And && !isTrue(*left))
        return CmdletValue(false);
    if (binary.operation == BinaryOperator::Or && isTrue(*left))
        return CmdletValue(true);
    const auto right = evaluateExpression(*binary.right);
    if (!right)
        return right;
    if (binary.operation == BinaryOperator::And || binary.operation == BinaryOperator::Or)
        return CmdletValue(isTrue(*right));
    auto outcome = evaluate(binary.operation, binary.caseSensitive, *left, *right);
    if (!outcome)
        return error(expression.at, ErrorCategory::Value, outcome.error().message);
    return std::move(*outcome);
}

ScriptResult<CmdletValue> Evaluator::value(const Expression&, const NotExpression& negation) {
    const auto operand = evaluateExpression(*negation.operand);
    if (!operand)
        return operand;
    return CmdletValue(!isTrue(*operand));
}

ScriptResult<CmdletValue> Evaluator::bounded(const Expression& expression, CmdletValue built) const {
    if (auto small = checkSize(built); !small)
        return error(expression.at, ErrorCategory::Value, small.error().message);
    return built;
}

ScriptResult<CmdletValue> Evaluator::variable(const std::string& name, std::size_t at) const {
    if (name == "_" || iequals(name, "PSItem")) {
        if (items_.empty())
            return error(at, ErrorCategory::Property, "$_ is there only within a script block");
        return items_.back();
    }
    for (const auto& [word, literal] :
         {std::pair{"true", CmdletValue(true)}, {"false", CmdletValue(false)}, {"null", CmdletValue()}})
        if (iequals(name, word))
            return literal;
    if (const auto found = variables_.find(name); found != variables_.end())
        return found->second;
    std::vector<std::string> names;
    for (const auto& entry : variables_)
        names.push_back(entry.first);
    return error(at, ErrorCategory::Property,
                 "the variable $" + name + " has no value" + didYouMean(name, names));
}

ScriptResult<CmdletValue> Evaluator::property(const CmdletValue& object, const std::string& name,
                                              std::size_t at) const {
    if (const auto* record = object.as<CmdletObjectPtr>()) {
        if (const auto* found = (*record)->find(name))
            return *found;
    } else if (const auto* table = object.as<CmdletTable>()) {
        for (const auto& [key, entry] : *table)
            if (iequals(key, name))
                return entry;
    }
    if (auto known = builtInProperty(object, name))
        return *known;
    if (object.isNull())
        return CmdletValue(); // as in PowerShell: nothing has no properties, and that is no error
    if (const auto* list = object.as<CmdletList>()) {
        CmdletList all; // the property of each element
        for (const auto& element : *list) {
            auto part = property(element, name, at);
            if (!part)
                return part;
            all.push_back(std::move(*part));
        }
        return CmdletValue(std::move(all));
    }
    std::vector<std::string> names;
    if (const auto* record = object.as<CmdletObjectPtr>())
        names = (*record)->propertyNames();
    return error(at, ErrorCategory::Property,
                 (names.empty() ? std::string(object.kindName()) : "the object") + " has no property \"" +
                     name + "\"" + didYouMean(name, names));
}

ScriptResult<CmdletValue> Evaluator::pipelineValue(const Pipeline& pipeline) {
    if (pipeline.elements.size() == 1)
        if (const auto* expression = std::get_if<ExpressionPtr>(&pipeline.elements.front()))
            return evaluateExpression(**expression);
    auto values = runPipeline(pipeline);
    if (!values)
        return values.error();
    return collapse(std::move(*values));
}

ScriptResult<> Evaluator::assign(const AssignmentStatement& statement) {
    const auto& name = statement.variable;
    if (auto allowed = mayAssign(statement); !allowed)
        return allowed;
    auto assigned = pipelineValue(statement.value);
    if (!assigned)
        return assigned.error();
    if (iequals(name, "null"))
        return {}; // $null = … throws the value away
    if (!statement.members.empty())
        return assignProperty(statement, *assigned);
    if (statement.adds) {
        const auto old = variables_.contains(name) ? variables_[name] : CmdletValue();
        auto sum = add(old, *assigned);
        if (!sum)
            return error(statement.at, ErrorCategory::Value, sum.error().message);
        *assigned = std::move(*sum);
    }
    variables_[name] = std::move(*assigned);
    return {};
}

ScriptResult<> Evaluator::mayAssign(const AssignmentStatement& statement) const {
    const auto& name = statement.variable;
    for (const auto foreign : kForeignVariables)
        if (iequals(name, foreign))
            return error(statement.at, ErrorCategory::Unsupported,
                         refusedSyntax("$" + name + " (a preference of the shell)",
                                       "give -Verbose, -Confirm or -WhatIf to the cmdlet"));
    if (iequals(name, "true") || iequals(name, "false") || name == "_" || iequals(name, "PSItem"))
        return error(statement.at, ErrorCategory::Value, "$" + name + " cannot be assigned to");
    return {};
}

ScriptResult<> Evaluator::assignProperty(const AssignmentStatement& statement, const CmdletValue& assigned) {
    auto object = variable(statement.variable, statement.at);
    if (!object)
        return object.error();
    for (std::size_t i = 0; i + 1 < statement.members.size(); ++i) {
        object = property(*object, statement.members[i], statement.membersAt);
        if (!object)
            return object.error();
    }
    if (holdsObject(assigned))
        return error(statement.at, ErrorCategory::Value, "a property takes values, not whole objects");
    const auto& name = statement.members.back();
    auto* record = object->as<CmdletObjectPtr>();
    if (record == nullptr)
        return error(statement.membersAt, ErrorCategory::Property,
                     std::string(object->kindName()) + " has no property \"" + name + "\" to be set");
    auto* place = (*record)->find(name);
    if (place == nullptr)
        return error(statement.membersAt, ErrorCategory::Property,
                     "the object has no property \"" + name + "\"" +
                         didYouMean(name, (*record)->propertyNames()));
    if (!statement.adds) {
        *place = assigned;
        return {};
    }
    auto sum = add(*place, assigned);
    if (!sum)
        return error(statement.membersAt, ErrorCategory::Value, sum.error().message);
    *place = std::move(*sum);
    return {};
}

} // namespace edge
