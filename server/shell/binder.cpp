#include <edge/config/suggestion.h>
#include <edge/server/shell/binder.h>
#include <edge/server/shell/refused_syntax.h>
#include <edge/server/shell/value_operations.h>

#include <algorithm>

namespace edge {
namespace {

bool isNamed(const CmdletParameter& parameter, std::string_view name) {
    return iequals(parameter.name, name) ||
           std::any_of(parameter.aliases.begin(), parameter.aliases.end(),
                       [name](const std::string& alias) { return iequals(alias, name); });
}

std::vector<const CmdletParameter*> parametersOf(const Cmdlet& cmdlet) {
    std::vector<const CmdletParameter*> all;
    for (const auto& parameter : cmdlet.parameters)
        all.push_back(&parameter);
    for (const auto& parameter : commonParameters(cmdlet.changesState))
        all.push_back(&parameter);
    return all;
}

std::string listed(const std::vector<const CmdletParameter*>& parameters) {
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < parameters.size() && i < kShown; ++i)
        text += (i == 0 ? "-" : ", -") + parameters[i]->name;
    return parameters.size() > kShown ? text + ", …" : text;
}

// The call's state while it is being bound.
class Binding {
public:
    Binding(const Cmdlet& cmdlet, const Command& command, const SourceText& source,
            const EvaluateArgument& evaluate)
        : cmdlet_(cmdlet)
        , command_(command)
        , source_(source)
        , evaluate_(evaluate) {}

    ScriptResult<BoundParameters> run() {
        const auto& arguments = command_.arguments;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            if (arguments[i].parameter.empty()) {
                positional_.push_back(&arguments[i]);
                continue;
            }
            const bool hasNext = i + 1 < arguments.size() && arguments[i + 1].parameter.empty();
            bool usedNext = false;
            if (auto done = bindNamed(arguments[i], hasNext ? &arguments[i + 1] : nullptr, usedNext); !done)
                return done.error();
            i += usedNext ? 1 : 0;
        }
        for (const auto* argument : positional_)
            if (auto done = bindPositional(*argument); !done)
                return done.error();
        return std::move(bound_);
    }

private:
    ScriptResult<> bindNamed(const Argument& name, const Argument* next, bool& usedNext) {
        const auto parameter = resolveParameter(cmdlet_, name.parameter, source_, name.at);
        if (!parameter)
            return parameter.error();
        if (bound_.has((*parameter)->name))
            return error(name.at, "-" + (*parameter)->name + " is given twice");
        if (name.value)
            return bindValue(**parameter, *name.value);
        if ((*parameter)->kind == ArgumentKind::Switch) {
            bound_.all.push_back({*parameter, true, nullptr, name.at});
            return {};
        }
        if (next == nullptr)
            return error(name.at,
                         "a value is missing behind -" + (*parameter)->name +
                             ((*parameter)->typeText.empty() ? "" : "; expected: " + (*parameter)->typeText));
        usedNext = true;
        return bindValue(**parameter, *next->value);
    }

    // The free parameter of the lowest position; where two share a position, the block decides.
    const CmdletParameter* freePosition(bool isBlock) const {
        const CmdletParameter* best = nullptr;
        for (const auto& parameter : cmdlet_.parameters) {
            const bool fits = (parameter.kind == ArgumentKind::Block) == isBlock;
            if (parameter.position >= 0 && fits && !bound_.has(parameter.name) &&
                (best == nullptr || parameter.position < best->position))
                best = &parameter;
        }
        return best;
    }

    ScriptResult<> bindPositional(const Argument& argument) {
        const bool isBlock = std::holds_alternative<BlockExpression>(argument.value->node);
        const auto* parameter = freePosition(isBlock);
        if (parameter != nullptr)
            return bindValue(*parameter, *argument.value);
        if (isBlock)
            return source_.error(
                argument.at, ErrorCategory::Unsupported,
                refusedSyntax("'{…}' (a script block) outside Where-Object and ForEach-Object", ""));
        return error(argument.at, "unexpected value; " + cmdlet_.name + " takes no " +
                                      (positional_.front() == &argument ? "" : "further ") +
                                      "value without the name of its parameter");
    }

    ScriptResult<> bindValue(const CmdletParameter& parameter, const Expression& expression) {
        if (std::holds_alternative<BlockExpression>(expression.node)) {
            if (parameter.kind != ArgumentKind::Block)
                return source_.error(expression.at, ErrorCategory::Unsupported,
                                     refusedSyntax("'{…}' (a script block) as -" + parameter.name, ""));
            bound_.all.push_back(
                {&parameter, {}, std::make_shared<const Expression>(expression), expression.at});
            return {};
        }
        auto value = evaluate_(expression);
        if (!value)
            return value.error();
        auto converted = convertArgument(parameter, *value);
        if (!converted)
            return source_.error(expression.at, categoryOf(converted.error().code),
                                 "-" + parameter.name + ": " + converted.error().message);
        bound_.all.push_back({&parameter, std::move(*converted), nullptr, expression.at});
        return {};
    }

    ScriptError error(std::size_t at, std::string message) const {
        return source_.error(at, ErrorCategory::Parameter, std::move(message));
    }

    const Cmdlet& cmdlet_;
    const Command& command_;
    const SourceText& source_;
    const EvaluateArgument& evaluate_;
    std::vector<const Argument*> positional_;
    BoundParameters bound_;
};

} // namespace

ScriptResult<const CmdletParameter*> resolveParameter(const Cmdlet& cmdlet, std::string_view name,
                                                      const SourceText& source, std::size_t at) {
    const auto all = parametersOf(cmdlet);
    const auto refuse = [&](const CmdletParameter& parameter) {
        return source.error(at, ErrorCategory::Unsupported,
                            "-" + parameter.name + " of " + cmdlet.name +
                                " is not supported: " + parameter.laterReason);
    };
    std::vector<const CmdletParameter*> candidates;
    for (const auto* parameter : all) {
        if (isNamed(*parameter, name))
            return parameter->laterReason.empty() ? ScriptResult<const CmdletParameter*>(parameter)
                                                  : refuse(*parameter);
        if (!parameter->exactOnly && istartsWith(parameter->name, name))
            candidates.push_back(parameter);
    }
    if (candidates.size() == 1)
        return candidates.front()->laterReason.empty()
                   ? ScriptResult<const CmdletParameter*>(candidates.front())
                   : refuse(*candidates.front());
    if (candidates.size() > 1)
        return source.error(at, ErrorCategory::Parameter,
                            "-" + std::string(name) + " is ambiguous: it could be " + listed(candidates));
    if (const auto* reason = refusedParameter(name))
        return source.error(at, ErrorCategory::Unsupported, refusedSyntax("-" + std::string(name), reason));
    std::vector<std::string> names;
    for (const auto* parameter : all)
        if (parameter->laterReason.empty())
            names.push_back(parameter->name);
    return source.error(at, ErrorCategory::Parameter,
                        cmdlet.name + " has no parameter -" + std::string(name) + didYouMean(name, names));
}

ScriptResult<BoundParameters> bind(const Cmdlet& cmdlet, const Command& command, const SourceText& source,
                                   const EvaluateArgument& evaluate) {
    return Binding(cmdlet, command, source, evaluate).run();
}

Result<CmdletValue> convertArgument(const CmdletParameter& parameter, const CmdletValue& value) {
    const ValueRules rules;
    switch (parameter.kind) {
    case ArgumentKind::Any:
    case ArgumentKind::Block:
        return value;
    case ArgumentKind::Text: {
        if (value.kind() == CmdletValue::Kind::Object)
            return CmdletValue(value.toText());
        auto text = ValueCodec<std::string>::fromValue(value, rules, {});
        if (!text)
            return text.error();
        if (!parameter.words.empty() &&
            std::none_of(parameter.words.begin(), parameter.words.end(),
                         [&](const std::string& word) { return iequals(word, *text); }))
            return notAWord(*text, parameter.words);
        return CmdletValue(std::move(*text));
    }
    case ArgumentKind::Texts: {
        CmdletList texts;
        for (const auto& element : spread(value)) {
            if (element.kind() == CmdletValue::Kind::Table)
                return Error{Errc::Unsupported, refusedSyntax("'@{…}' (a calculated property)", "")};
            texts.emplace_back(element.toText());
        }
        return CmdletValue(std::move(texts));
    }
    case ArgumentKind::Integer: {
        auto number = ValueCodec<int>::fromValue(value, rules, 0);
        return number ? Result<CmdletValue>(CmdletValue(*number)) : number.error();
    }
    case ArgumentKind::Bool:
    case ArgumentKind::Switch: {
        auto truth = ValueCodec<bool>::fromValue(value, rules, false);
        return truth ? Result<CmdletValue>(CmdletValue(*truth)) : truth.error();
    }
    case ArgumentKind::Date: {
        auto when = ValueCodec<UtcTime>::fromValue(value, rules, {});
        return when ? Result<CmdletValue>(CmdletValue(*when)) : when.error();
    }
    }
    return value;
}

} // namespace edge
