#include <edge/config/suggestion.h>
#include <edge/server/shell/binder.h>
#include <edge/server/shell/evaluator.h>
#include <edge/server/shell/formatting.h>
#include <edge/server/shell/refused_syntax.h>
#include <edge/server/shell/text_match.h>
#include <edge/server/shell/value_operations.h>

#include <algorithm>

namespace edge {
namespace {

// Cmdlet calls of one script: blocks within blocks multiply, and the server must answer.
constexpr int kMaxCalls = 200'000;
// Objects between two cmdlets of a pipe.
constexpr std::size_t kMaxObjects = 1'000'000;

enum class ErrorAction { Continue, Silent, Stop };

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

// One call's answers to "Are you sure?".
struct Confirmation {
    bool yesToAll = false;
    bool noToAll = false;
};

class Evaluator;

// CmdletContext of one call.
class Call final : public CmdletContext {
public:
    Call(Evaluator& evaluator, const Cmdlet& cmdlet, const BoundParameters& bound, std::size_t at,
         const CmdletList& input, Confirmation& confirmation, CmdletList& output)
        : evaluator_(evaluator)
        , cmdlet_(cmdlet)
        , bound_(bound)
        , at_(at)
        , input_(input)
        , confirmation_(confirmation)
        , output_(output) {}

    ConfigurationStore& store() override;
    ShellHost& host() override;
    const CmdletRegistry& registry() const override;
    const CmdletList& input() const override { return input_; }
    int width() const override;
    std::size_t listLimit(bool inTable) const override;
    void emit(CmdletValue value) override { output_.push_back(std::move(value)); }
    void warn(std::string text) override;
    void verbose(std::string text) override;
    void report(ScriptError error) override;
    ScriptError error(ErrorCategory category, std::string message, std::string_view parameter) const override;
    ScriptResult<bool> shouldProcess(const std::string& action, const std::string& target) override;
    bool whatIf() const override { return bound_.isSet("WhatIf"); }
    ScriptResult<CmdletList> runBlock(const ExpressionPtr& block, const CmdletValue& item) override;

private:
    ScriptResult<bool> confirm(const std::string& text);

    Evaluator& evaluator_;
    const Cmdlet& cmdlet_;
    const BoundParameters& bound_;
    std::size_t at_;
    const CmdletList& input_;
    Confirmation& confirmation_;
    CmdletList& output_;
};

class Evaluator {
public:
    Evaluator(const SourceText& scriptSource, const ShellServices& shellServices,
              ShellVariables& shellVariables, ShellResult& shellResult)
        : source(scriptSource)
        , services(shellServices)
        , variables(shellVariables)
        , result(shellResult) {}

    void run(const StatementList& statements) {
        for (const auto& statement : statements) {
            auto values = runStatement(statement);
            if (!values)
                report(values.error(), preferredAction());
            else
                print(*values);
            if (stopped)
                return;
        }
    }

    // Values that a statement hands out; an assignment hands out none.
    ScriptResult<CmdletList> runStatement(const Statement& statement) {
        if (const auto* pipeline = std::get_if<Pipeline>(&statement.node))
            return runPipeline(*pipeline);
        if (auto assigned = assign(std::get<AssignmentStatement>(statement.node)); !assigned)
            return assigned.error();
        return CmdletList();
    }

    ScriptResult<CmdletList> runPipeline(const Pipeline& pipeline) {
        CmdletList values;
        for (std::size_t i = 0; i < pipeline.elements.size() && !stopped; ++i) {
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

    ScriptResult<CmdletValue> evaluateExpression(const Expression& expression) {
        return std::visit([&](const auto& node) { return value(expression, node); }, expression.node);
    }

    ScriptResult<CmdletList> runBlock(const Expression& block, const CmdletValue& item) {
        items.push_back(item);
        CmdletList values;
        for (const auto& statement : *std::get<BlockExpression>(block.node).statements) {
            auto handed = runStatement(statement);
            if (!handed) {
                items.pop_back();
                return handed;
            }
            values.insert(values.end(), handed->begin(), handed->end());
        }
        items.pop_back();
        return values;
    }

    void say(ShellMessage::Kind kind, std::string text) {
        result.messages.push_back({kind, std::move(text)});
    }

    void report(ScriptError problem, ErrorAction action) {
        if (services.allErrors)
            action = ErrorAction::Continue;
        else if (problem.category == ErrorCategory::Cancelled)
            action = ErrorAction::Stop;
        if (action == ErrorAction::Stop)
            stopped = true;
        if (action == ErrorAction::Silent)
            return;
        say(ShellMessage::Kind::Error, problem.toString());
        result.exitCode = ShellResult::kFailed;
        result.errors.push_back(std::move(problem));
    }

    ScriptError error(std::size_t at, ErrorCategory category, std::string message) const {
        return source.error(at, category, std::move(message));
    }

    std::size_t listLimit(bool inTable) const {
        constexpr std::size_t kInTable = 4, kInList = 16; // PowerShell's own limit, and the Exchange shell's
        const auto found = variables.find("FormatEnumerationLimit");
        const auto* limit = found == variables.end() ? nullptr : found->second.as<std::int64_t>();
        if (limit == nullptr)
            return inTable ? kInTable : kInList;
        return *limit < 0 ? CmdletValue::kWholeList : static_cast<std::size_t>(*limit);
    }

    ErrorAction preferredAction() const {
        const auto found = variables.find("ErrorActionPreference");
        return found == variables.end() ? ErrorAction::Continue : actionNamed(found->second.toText());
    }

    static ErrorAction actionNamed(const std::string& word) {
        if (iequals(word, "Stop"))
            return ErrorAction::Stop;
        return iequals(word, "SilentlyContinue") || iequals(word, "Ignore") ? ErrorAction::Silent
                                                                            : ErrorAction::Continue;
    }

    const SourceText& source;
    const ShellServices& services;
    ShellVariables& variables;
    ShellResult& result;
    std::vector<CmdletValue> items; // $_, innermost last
    bool stopped = false;

private:
    void print(const CmdletList& values) {
        if (values.empty())
            return;
        say(ShellMessage::Kind::Output,
            formatDefault(values, services.registry,
                          {services.options.width, listLimit(true), listLimit(false)}));
        result.objects.insert(result.objects.end(), values.begin(), values.end());
    }

    // Expressions, one function a kind.

    ScriptResult<CmdletValue> value(const Expression&, const LiteralExpression& literal) {
        return literal.value;
    }

    // Built values stay bounded.
    ScriptResult<CmdletValue> bounded(const Expression& expression, CmdletValue built) const {
        if (auto small = checkSize(built); !small)
            return error(expression.at, ErrorCategory::Value, small.error().message);
        return built;
    }

    ScriptResult<CmdletValue> value(const Expression& expression, const InterpolatedText& text) {
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

    ScriptResult<CmdletValue> value(const Expression& expression, const VariableExpression& name) {
        return variable(name.name, expression.at);
    }

    ScriptResult<CmdletValue> variable(const std::string& name, std::size_t at) const {
        if (name == "_" || iequals(name, "PSItem")) {
            if (items.empty())
                return error(at, ErrorCategory::Property, "$_ is there only within a script block");
            return items.back();
        }
        for (const auto& [word, literal] :
             {std::pair{"true", CmdletValue(true)}, {"false", CmdletValue(false)}, {"null", CmdletValue()}})
            if (iequals(name, word))
                return literal;
        if (const auto found = variables.find(name); found != variables.end())
            return found->second;
        std::vector<std::string> names;
        for (const auto& entry : variables)
            names.push_back(entry.first);
        return error(at, ErrorCategory::Property,
                     "the variable $" + name + " has no value" + didYouMean(name, names));
    }

    ScriptResult<CmdletValue> value(const Expression& expression, const MemberExpression& member) {
        const auto object = evaluateExpression(*member.object);
        if (!object)
            return object;
        return property(*object, member.name, expression.at);
    }

    ScriptResult<CmdletValue> property(const CmdletValue& object, const std::string& name,
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

    ScriptResult<CmdletValue> value(const Expression& expression, const ListExpression& list) {
        CmdletList elements;
        for (const auto& element : list.elements) {
            auto one = evaluateExpression(*element);
            if (!one)
                return one;
            elements.push_back(std::move(*one));
        }
        return bounded(expression, CmdletValue(std::move(elements)));
    }

    ScriptResult<CmdletValue> value(const Expression&, const ListOfPipeline& list) {
        if (!list.pipeline)
            return CmdletValue(CmdletList());
        auto values = runPipeline(*list.pipeline);
        if (!values)
            return values.error();
        return CmdletValue(std::move(*values));
    }

    ScriptResult<CmdletValue> value(const Expression& expression, const TableExpression& table) {
        CmdletTable entries;
        for (const auto& [key, element] : table.entries) {
            auto one = evaluateExpression(*element);
            if (!one)
                return one;
            entries.emplace_back(key, std::move(*one));
        }
        return bounded(expression, CmdletValue(std::move(entries)));
    }

    ScriptResult<CmdletValue> value(const Expression&, const PipelineExpression& bracket) {
        return pipelineValue(bracket.pipeline);
    }

    // A lone expression keeps its value as it is: @('a') stays a list.
    ScriptResult<CmdletValue> pipelineValue(const Pipeline& pipeline) {
        if (pipeline.elements.size() == 1)
            if (const auto* expression = std::get_if<ExpressionPtr>(&pipeline.elements.front()))
                return evaluateExpression(**expression);
        auto values = runPipeline(pipeline);
        if (!values)
            return values.error();
        return collapse(std::move(*values));
    }

    ScriptResult<CmdletValue> value(const Expression& expression, const BlockExpression&) {
        return error(expression.at, ErrorCategory::Unsupported,
                     refusedSyntax("'{…}' (a script block) outside Where-Object and ForEach-Object", ""));
    }

    ScriptResult<CmdletValue> value(const Expression& expression, const BinaryExpression& binary) {
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

    ScriptResult<CmdletValue> value(const Expression&, const NotExpression& negation) {
        const auto operand = evaluateExpression(*negation.operand);
        if (!operand)
            return operand;
        return CmdletValue(!isTrue(*operand));
    }

    // Assignments.

    ScriptResult<> assign(const AssignmentStatement& statement) {
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
            const auto old = variables.contains(name) ? variables[name] : CmdletValue();
            auto sum = add(old, *assigned);
            if (!sum)
                return error(statement.at, ErrorCategory::Value, sum.error().message);
            *assigned = std::move(*sum);
        }
        variables[name] = std::move(*assigned);
        return {};
    }

    ScriptResult<> mayAssign(const AssignmentStatement& statement) const {
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

    ScriptResult<> assignProperty(const AssignmentStatement& statement, const CmdletValue& assigned) {
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

    // Commands.

    ScriptResult<const Cmdlet*> findCmdlet(const Command& command) const {
        const auto* cmdlet = services.registry.find(command.name);
        if (cmdlet != nullptr) {
            const auto* alias = services.registry.findAlias(command.name);
            const auto current = services.store.current()->profile;
            if (alias == nullptr || alias->since <= current)
                return cmdlet;
            return error(command.at, ErrorCategory::Unsupported,
                         alias->name + " came with Exchange " + std::string(profile(alias->since).name) +
                             "; this server has profile " + std::string(profile(current).name) + ": use " +
                             cmdlet->name);
        }
        if (const auto* reason = refusedCmdlet(command.name))
            return error(command.at, ErrorCategory::Unsupported,
                         "'" + command.name + "' is known, but not part of edgesim" +
                             (*reason == '\0' ? "" : std::string("; ") + reason));
        return error(command.at, ErrorCategory::Cmdlet,
                     "there is no cmdlet '" + command.name + "'" +
                         didYouMean(command.name, services.registry.names()));
    }

    ScriptResult<CmdletList> runCommand(const Command& command, const CmdletList& input, bool piped,
                                        std::size_t place) {
        const auto cmdlet = findCmdlet(command);
        if (!cmdlet)
            return cmdlet.error();
        for (const auto& argument : command.arguments)
            if (argument.parameter == "?")
                return help(command, **cmdlet, place);
        const EvaluateArgument evaluateArgument = [this](const Expression& expression) {
            return evaluateExpression(expression);
        };
        auto bound = bind(**cmdlet, command, source, evaluateArgument);
        if (!bound)
            return bound.error();
        if (auto known = checkVersions(*bound); !known)
            return known.error();
        if (auto fits = checkInput(**cmdlet, command, *bound, input, piped); !fits)
            return fits.error();
        Confirmation confirmation;
        CmdletList output;
        if (!piped || (*cmdlet)->input == PipelineInput::Whole) {
            invoke(**cmdlet, command, *bound, input, confirmation, output, place);
            return output;
        }
        for (const auto& object : input) {
            auto each = *bound;
            each.all.push_back({identityOf(**cmdlet), identityText(object), nullptr, command.at});
            invoke(**cmdlet, command, each, {}, confirmation, output, place);
            if (stopped)
                break;
        }
        return output;
    }

    // Any cmdlet with -? shows its help, as in PowerShell.
    ScriptResult<CmdletList> help(const Command& command, const Cmdlet& cmdlet, std::size_t place) {
        const auto name = std::make_shared<const Expression>(
            Expression{command.at, LiteralExpression{CmdletValue(cmdlet.name)}});
        return runCommand({command.at, "Get-Help", {{command.at, "", name}}}, {}, false, place);
    }

    // Parameters that the version of the profile does not have.
    ScriptResult<> checkVersions(const BoundParameters& bound) const {
        const auto current = services.store.current()->profile;
        for (const auto& argument : bound.all)
            if (argument.parameter->since > current)
                return error(argument.at, ErrorCategory::Unsupported,
                             "-" + argument.parameter->name + " came with Exchange " +
                                 std::string(profile(argument.parameter->since).name) +
                                 "; this server has profile " + std::string(profile(current).name));
        return {};
    }

    static const CmdletParameter* identityOf(const Cmdlet& cmdlet) {
        const auto found = std::find_if(cmdlet.parameters.begin(), cmdlet.parameters.end(),
                                        [](const auto& parameter) { return parameter.name == "Identity"; });
        EDGE_ASSERT(found != cmdlet.parameters.end(), "what takes objects by identity has the parameter");
        return &*found;
    }

    static CmdletValue identityText(const CmdletValue& object) {
        const auto* record = object.as<CmdletObjectPtr>();
        return record == nullptr ? CmdletValue(object.toText()) : CmdletValue((*record)->identity);
    }

    // May this come through the pipe?
    ScriptResult<> checkInput(const Cmdlet& cmdlet, const Command& command, const BoundParameters& bound,
                              const CmdletList& input, bool piped) const {
        for (const auto& object : input)
            if (isFormatted(object) && !iequals(cmdlet.name, "Out-Null"))
                return error(command.at, ErrorCategory::Operation,
                             "what Format-List or Format-Table has made is text for the eye; they come last "
                             "in a pipe");
        if (!piped || cmdlet.input == PipelineInput::Whole)
            return {};
        if (cmdlet.input == PipelineInput::None)
            return error(command.at, ErrorCategory::Parameter, cmdlet.name + " takes nothing through a pipe");
        if (bound.has("Identity"))
            return error(command.at, ErrorCategory::Parameter,
                         "-Identity is given and comes through the pipe as well");
        for (const auto& object : input)
            if (const auto* record = object.as<CmdletObjectPtr>();
                record != nullptr && !cmdlet.noun.empty() && !iequals((*record)->typeName, cmdlet.noun))
                return error(command.at, ErrorCategory::Parameter,
                             cmdlet.name + " takes objects of type " + cmdlet.noun + ", not " +
                                 (*record)->typeName);
        return {};
    }

    void invoke(const Cmdlet& cmdlet, const Command& command, BoundParameters bound, const CmdletList& input,
                Confirmation& confirmation, CmdletList& output, std::size_t place) {
        const auto action =
            bound.has("ErrorAction") ? actionNamed(bound.text("ErrorAction")) : preferredAction();
        if (++calls_ > kMaxCalls) {
            report(error(command.at, ErrorCategory::Operation, "the script runs more cmdlets than it may"),
                   action);
            stopped = true;
            return;
        }
        if (auto complete = askForMissing(cmdlet, command, bound, place); !complete)
            return report(complete.error(), action);
        Call call(*this, cmdlet, bound, command.at, input, confirmation, output);
        if (auto done = cmdlet.run(call, bound); !done)
            report(done.error(), action);
    }

    ScriptResult<> askForMissing(const Cmdlet& cmdlet, const Command& command, BoundParameters& bound,
                                 std::size_t place) const {
        bool first = true;
        for (const auto& parameter : cmdlet.parameters) {
            if (!parameter.mandatory || bound.has(parameter.name))
                continue;
            if (!services.options.prompt)
                return error(command.at, ErrorCategory::Parameter,
                             cmdlet.name + " needs -" + parameter.name +
                                 (parameter.typeText.empty() ? "" : " (" + parameter.typeText + ")"));
            std::string text = first ? "\ncmdlet " + cmdlet.name + " at command pipeline position " +
                                           std::to_string(place + 1) +
                                           "\nSupply values for the following parameters:\n"
                                     : "";
            first = false;
            const auto answer = services.options.prompt(
                {ShellPrompt::Kind::Value, text + parameter.name + ": ", parameter.name});
            if (!answer || answer->empty())
                return error(command.at, ErrorCategory::Cancelled, "-" + parameter.name + " was not given");
            auto converted = convertArgument(parameter, CmdletValue(*answer));
            if (!converted)
                return error(command.at, ErrorCategory::Value,
                             "-" + parameter.name + ": " + converted.error().message);
            bound.all.push_back({&parameter, std::move(*converted), nullptr, command.at});
        }
        return {};
    }

    int calls_ = 0;
};

ConfigurationStore& Call::store() {
    return evaluator_.services.store;
}

ShellHost& Call::host() {
    return evaluator_.services.host;
}

const CmdletRegistry& Call::registry() const {
    return evaluator_.services.registry;
}

int Call::width() const {
    return evaluator_.services.options.width;
}

std::size_t Call::listLimit(bool inTable) const {
    return evaluator_.listLimit(inTable);
}

void Call::warn(std::string text) {
    if (Evaluator::actionNamed(bound_.text("WarningAction")) != ErrorAction::Silent)
        evaluator_.say(ShellMessage::Kind::Warning, escapeControls(text));
}

void Call::verbose(std::string text) {
    if (bound_.isSet("Verbose"))
        evaluator_.say(ShellMessage::Kind::Verbose, escapeControls(text));
}

void Call::report(ScriptError error) {
    evaluator_.report(std::move(error), bound_.has("ErrorAction")
                                            ? Evaluator::actionNamed(bound_.text("ErrorAction"))
                                            : evaluator_.preferredAction());
}

ScriptError Call::error(ErrorCategory category, std::string message, std::string_view parameter) const {
    const auto* bound = parameter.empty() ? nullptr : bound_.find(parameter);
    return evaluator_.error(bound == nullptr ? at_ : bound->at, category, std::move(message));
}

ScriptResult<bool> Call::shouldProcess(const std::string& action, const std::string& target) {
    const auto text = escapeControls(action + " " + target + ".");
    if (whatIf()) {
        evaluator_.say(ShellMessage::Kind::Output, "What if: " + text + "\n");
        return false;
    }
    const bool wanted =
        bound_.has("Confirm") ? bound_.isSet("Confirm") : cmdlet_.asksFirst && !bound_.isSet("Force");
    if (!wanted || confirmation_.yesToAll)
        return true;
    if (confirmation_.noToAll)
        return false;
    return confirm(text);
}

ScriptResult<bool> Call::confirm(const std::string& text) {
    const auto& prompt = evaluator_.services.options.prompt;
    if (!prompt) {
        if (bound_.isSet("Confirm"))
            return error(ErrorCategory::Cancelled, "-Confirm asks, but nobody is there to answer", "Confirm");
        return true; // a script that runs unattended means what it says (docs/decisions/0203)
    }
    for (;;) {
        const auto answer =
            prompt({ShellPrompt::Kind::Confirmation,
                    "\nConfirm\nAre you sure you want to perform this action?\n" + text +
                        "\n[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is \"Y\"): ",
                    ""});
        if (!answer)
            return error(ErrorCategory::Cancelled, "not confirmed", "");
        const auto word = asciiLower(trim(*answer));
        if (word.empty() || word == "y" || word == "yes")
            return true;
        if (word == "n" || word == "no")
            return false;
        if (word == "a" || word == "l") {
            confirmation_.yesToAll = word == "a";
            confirmation_.noToAll = word == "l";
            return word == "a";
        }
    }
}

ScriptResult<CmdletList> Call::runBlock(const ExpressionPtr& block, const CmdletValue& item) {
    return evaluator_.runBlock(*block, item);
}

} // namespace

void runScript(const StatementList& statements, const SourceText& source, const ShellServices& services,
               ShellVariables& variables, ShellResult& result) {
    Evaluator(source, services, variables, result).run(statements);
}

} // namespace edge
