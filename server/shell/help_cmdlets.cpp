// Get-Help and Get-Command, from the registry's own records. Every parameter shows where its fact comes from,
// so that nobody takes our guess for Exchange's word.
#include <edge/config/suggestion.h>
#include <edge/evidence.h>
#include <edge/server/shell/formatting.h>
#include <edge/server/shell/refused_syntax.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/server/shell/text_match.h>

namespace edge {
namespace {

constexpr auto kPowerShell = "PowerShell's own, documented";

std::string typeOf(const CmdletParameter& parameter) {
    if (parameter.kind == ArgumentKind::Switch)
        return "";
    return " <" + (parameter.typeText.empty() ? "value" : parameter.typeText) + ">";
}

// "[-Identity] <name>", "-Name <text>", "[-WhatIf]".
std::string syntaxOf(const CmdletParameter& parameter) {
    const auto name = parameter.position >= 0 ? "[-" + parameter.name + "]" : "-" + parameter.name;
    const auto text = name + typeOf(parameter);
    return parameter.mandatory ? text : "[" + text + "]";
}

std::string indented(std::string_view text, const std::string& margin) {
    return margin + replaceAll(std::string(text), "\n", "\n" + margin) + "\n";
}

std::string syntax(const Cmdlet& cmdlet) {
    auto line = cmdlet.name;
    for (const auto& parameter : cmdlet.parameters)
        if (parameter.laterReason.empty())
            line += " " + syntaxOf(parameter);
    for (const auto& parameter : commonParameters(cmdlet.changesState))
        if (parameter.name == "WhatIf" || parameter.name == "Confirm")
            line += " " + syntaxOf(parameter);
    return line;
}

// `cmdletSource` is the source of a parameter that has none of its own.
std::string describe(const CmdletParameter& parameter, const std::string& cmdletSource) {
    auto text = "    -" + parameter.name + typeOf(parameter) + "\n" + indented(parameter.help, "        ");
    if (!parameter.laterReason.empty())
        return text + indented("Not supported: " + parameter.laterReason, "        ");
    std::string facts;
    if (parameter.mandatory)
        facts += "mandatory; ";
    if (parameter.position >= 0)
        facts += "position " + std::to_string(parameter.position) + "; ";
    if (parameter.since != ProfileId::E2007)
        facts += "since Exchange " + std::string(profile(parameter.since).name) + "; ";
    facts += "evidence: " + evidenceOf(parameter.source.empty() ? cmdletSource : parameter.source).toString();
    return text + indented(facts, "        ");
}

std::string helpText(const Cmdlet& cmdlet, bool full) {
    std::string text = "\nNAME\n    " + cmdlet.name + "\n\nSYNOPSIS\n" + indented(cmdlet.synopsis, "    ") +
                       "\nSYNTAX\n" + indented(syntax(cmdlet), "    ");
    if (!cmdlet.aliases.empty()) {
        text += "\nALIASES\n";
        for (const auto& alias : cmdlet.aliases)
            text += "    " + alias.name +
                    (alias.since == ProfileId::E2007
                         ? ""
                         : " (since Exchange " + std::string(profile(alias.since).name) + ")") +
                    "\n";
    }
    if (full) {
        text += "\nPARAMETERS\n";
        for (const auto& parameter : cmdlet.parameters)
            if (!parameter.exactOnly)
                text += describe(parameter, cmdlet.source) + "\n";
        for (const auto& parameter : commonParameters(cmdlet.changesState))
            text += describe(parameter, kPowerShell) + "\n";
    }
    if (!cmdlet.examples.empty()) {
        text += "\nEXAMPLES\n";
        for (const auto& example : cmdlet.examples)
            text += "    " + example + "\n";
    }
    text += "\nEVIDENCE\n    " + evidenceOf(cmdlet.source).toString() + "\n\n";
    if (!full)
        text += "REMARKS\n    For all parameters: Get-Help " + cmdlet.name + " -Full\n\n";
    return text;
}

ScriptResult<> getHelp(CmdletContext& context, const BoundParameters& bound) {
    const auto& registry = context.registry();
    const auto name = bound.has("Name") ? bound.text("Name") : "Get-Help";
    if (hasWildcard(name)) {
        std::string text = "\n";
        for (const auto* cmdlet : registry.all())
            if (matchesWildcard(cmdlet->name, name))
                text += cmdlet->name + "\n    " + cmdlet->synopsis + "\n";
        context.emit(formattedText(text + "\n"));
        return {};
    }
    const auto* cmdlet = registry.find(name);
    if (cmdlet == nullptr) {
        if (const auto* reason = refusedCmdlet(name))
            return context.error(ErrorCategory::Unsupported,
                                 "'" + name + "' is known, but not part of edgesim" +
                                     (*reason == '\0' ? "" : std::string("; ") + reason),
                                 "Name");
        return context.error(ErrorCategory::Cmdlet,
                             "there is no cmdlet '" + name + "'" + didYouMean(name, registry.names()),
                             "Name");
    }
    if (!bound.has("Parameter")) {
        context.emit(formattedText(helpText(*cmdlet, bound.isSet("Full"))));
        return {};
    }
    const auto wanted = bound.text("Parameter");
    std::string text = "\n";
    std::vector<std::string> names;
    for (const auto& parameter : cmdlet->parameters) {
        names.push_back(parameter.name);
        if (matchesWildcard(parameter.name, wanted))
            text += describe(parameter, cmdlet->source) + "\n";
    }
    if (text == "\n")
        return context.error(ErrorCategory::Parameter,
                             cmdlet->name + " has no parameter -" + wanted + didYouMean(wanted, names),
                             "Parameter");
    context.emit(formattedText(text));
    return {};
}

ScriptResult<> getCommand(CmdletContext& context, const BoundParameters& bound) {
    const auto name = bound.has("Name") ? bound.text("Name") : "*";
    bool any = false;
    for (const auto* cmdlet : context.registry().all()) {
        const auto dash = cmdlet->name.find('-');
        const auto verb = cmdlet->name.substr(0, dash);
        const auto noun = dash == std::string::npos ? std::string() : cmdlet->name.substr(dash + 1);
        if (!matchesWildcard(cmdlet->name, name) ||
            (bound.has("Noun") && !matchesWildcard(noun, bound.text("Noun"))) ||
            (bound.has("Verb") && !matchesWildcard(verb, bound.text("Verb"))))
            continue;
        any = true;
        CmdletList aliases;
        for (const auto& alias : cmdlet->aliases)
            aliases.emplace_back(alias.name);
        auto object = std::make_shared<CmdletObject>();
        object->typeName = "Command";
        object->identity = cmdlet->name;
        object->add("Name", cmdlet->name);
        object->add("Aliases", CmdletValue(std::move(aliases)));
        object->add("Synopsis", cmdlet->synopsis);
        object->add("Source", cmdlet->source);
        context.emit(CmdletValue(std::move(object)));
    }
    if (!any && !hasWildcard(name))
        return context.error(
            ErrorCategory::Cmdlet,
            "there is no cmdlet '" + name + "'" + didYouMean(name, context.registry().names()), "Name");
    return {};
}

} // namespace

void registerHelpCmdlets(CmdletRegistry& registry) {
    registry.add(
        {.name = "Get-Help",
         .synopsis = "Explains a cmdlet: syntax, parameters, and where each fact comes from.",
         .source = kPowerShell,
         .parameters = {{.name = "Name",
                         .help = "The cmdlet; with * a list of cmdlets.",
                         .kind = ArgumentKind::Text,
                         .position = 0,
                         .typeText = "name"},
                        {.name = "Full", .help = "Shows all parameters.", .kind = ArgumentKind::Switch},
                        {.name = "Parameter",
                         .help = "Shows this parameter only; * for all.",
                         .kind = ArgumentKind::Text,
                         .typeText = "name"}},
         .aliases = {{"help"}, {"man"}},
         .examples = {"Get-Help Set-ReceiveConnector -Parameter Max*", "Get-Help *EdgeSim*"},
         .run = getHelp});
    registry.add({.name = "Get-Command",
                  .synopsis = "Lists the cmdlets.",
                  .source = kPowerShell,
                  .parameters = {{.name = "Name",
                                  .help = "A name or pattern.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .typeText = "name"},
                                 {.name = "Noun",
                                  .help = "Only those with this noun.",
                                  .kind = ArgumentKind::Text,
                                  .typeText = "name"},
                                 {.name = "Verb",
                                  .help = "Only those with this verb.",
                                  .kind = ArgumentKind::Text,
                                  .typeText = "name"}},
                  .aliases = {{"gcm"}},
                  .run = getCommand});
    registry.setView("Command", {{"Name", 32}, {"Synopsis", 0}});
}

} // namespace edge
