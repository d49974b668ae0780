// Commands: from a name and its arguments to the cmdlet's run.
#include <edge/base/assert.h>
#include <edge/config/suggestion.h>
#include <edge/server/shell/binder.h>
#include <edge/server/shell/cmdlet_call.h>
#include <edge/server/shell/evaluation.h>
#include <edge/server/shell/formatting.h>
#include <edge/server/shell/refused_syntax.h>

#include <algorithm>

namespace edge {
namespace {

// Cmdlet calls of one script: blocks within blocks multiply, and the server must answer.
constexpr int kMaxCalls = 200'000;

const CmdletParameter* identityOf(const Cmdlet& cmdlet) {
    const auto found = std::find_if(cmdlet.parameters.begin(), cmdlet.parameters.end(),
                                    [](const auto& parameter) { return parameter.name == "Identity"; });
    EDGE_ASSERT(found != cmdlet.parameters.end(), "what takes objects by identity has the parameter");
    return &*found;
}

CmdletValue identityText(const CmdletValue& object) {
    const auto* record = object.as<CmdletObjectPtr>();
    return record == nullptr ? CmdletValue(object.toText()) : CmdletValue((*record)->identity);
}

} // namespace

ScriptResult<const Cmdlet*> Evaluator::findCmdlet(const Command& command) const {
    const auto* cmdlet = services_.registry.find(command.name);
    if (cmdlet != nullptr) {
        const auto* alias = services_.registry.findAlias(command.name);
        const auto current = services_.store.current()->profile;
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
                     didYouMean(command.name, services_.registry.names()));
}

ScriptResult<CmdletList> Evaluator::runCommand(const Command& command, const CmdletList& input, bool piped,
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
    auto bound = bind(**cmdlet, command, source_, evaluateArgument);
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
        if (stopped_)
            break;
    }
    return output;
}

ScriptResult<CmdletList> Evaluator::help(const Command& command, const Cmdlet& cmdlet, std::size_t place) {
    const auto name = std::make_shared<const Expression>(
        Expression{command.at, LiteralExpression{CmdletValue(cmdlet.name)}});
    return runCommand({command.at, "Get-Help", {{command.at, "", name}}}, {}, false, place);
}

ScriptResult<> Evaluator::checkVersions(const BoundParameters& bound) const {
    const auto current = services_.store.current()->profile;
    for (const auto& argument : bound.all)
        if (argument.parameter->since > current)
            return error(argument.at, ErrorCategory::Unsupported,
                         "-" + argument.parameter->name + " came with Exchange " +
                             std::string(profile(argument.parameter->since).name) +
                             "; this server has profile " + std::string(profile(current).name));
    return {};
}

ScriptResult<> Evaluator::checkInput(const Cmdlet& cmdlet, const Command& command,
                                     const BoundParameters& bound, const CmdletList& input,
                                     bool piped) const {
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

void Evaluator::invoke(const Cmdlet& cmdlet, const Command& command, BoundParameters bound,
                       const CmdletList& input, Confirmation& confirmation, CmdletList& output,
                       std::size_t place) {
    const auto action = bound.has("ErrorAction") ? actionNamed(bound.text("ErrorAction")) : preferredAction();
    if (++calls_ > kMaxCalls) {
        report(error(command.at, ErrorCategory::Operation, "the script runs more cmdlets than it may"),
               action);
        stopped_ = true;
        return;
    }
    if (auto complete = askForMissing(cmdlet, command, bound, place); !complete)
        return report(complete.error(), action);
    CmdletCall call(*this, cmdlet, bound, command.at, input, confirmation, output);
    if (auto done = cmdlet.run(call, bound); !done)
        report(done.error(), action);
}

ScriptResult<> Evaluator::askForMissing(const Cmdlet& cmdlet, const Command& command, BoundParameters& bound,
                                        std::size_t place) const {
    bool first = true;
    for (const auto& parameter : cmdlet.parameters) {
        if (!parameter.mandatory || bound.has(parameter.name))
            continue;
        if (!services_.options.prompt)
            return error(command.at, ErrorCategory::Parameter,
                         cmdlet.name + " needs -" + parameter.name +
                             (parameter.typeText.empty() ? "" : " (" + parameter.typeText + ")"));
        std::string text = first ? "\ncmdlet " + cmdlet.name + " at command pipeline position " +
                                       std::to_string(place + 1) +
                                       "\nSupply values for the following parameters:\n"
                                 : "";
        first = false;
        const auto answer = services_.options.prompt(
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

} // namespace edge
