#include <edge/server/shell/reference_page.h>

#include <algorithm>

namespace edge {
namespace {

constexpr auto kIntroduction = R"(# Cmdlets

<!-- Written by `EDGE_UPDATE_DOCS=1 ctest -R shell_test` from the schema tables and the cmdlet registry. Do not edit. -->

Every cmdlet that edgesim knows, with every parameter, its default under profile 2019 and the place its fact comes from:
`agents.md` and `platform.md` are the project's reference on Exchange, "documented" means Microsoft's own pages, "edgesim's
own" means that Exchange has nothing like it. In the shell the same is `Get-Help <cmdlet> -Full`.

All cmdlets take `-ErrorAction`, `-WarningAction` and `-Verbose`; those that change something also take `-WhatIf`,
`-Confirm` and `-Force`. Names may be abbreviated while they stay unambiguous. How the language reads, and where it is kept,
is told in [configuration.md](configuration.md).

)";

// A cell of a Markdown table.
std::string cell(std::string text) {
    text = replaceAll(std::move(text), "|", "\\|");
    return replaceAll(std::move(text), "\n", " ");
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + cell(text) + "`";
}

std::string sinceText(ProfileId since) {
    return since == ProfileId::E2007 ? "" : std::string(profile(since).name);
}

// "Get-AcceptedDomain, alias x, y (2013)".
std::string headingOf(const Cmdlet& cmdlet) {
    auto text = "**" + cmdlet.name + "**";
    for (const auto& alias : cmdlet.aliases)
        text += (&alias == &cmdlet.aliases.front() ? ", alias `" : ", `") + alias.name + "`" +
                (alias.since == ProfileId::E2007 ? "" : " (since " + sinceText(alias.since) + ")");
    return text;
}

std::string examplesOf(const Cmdlet& cmdlet) {
    if (cmdlet.examples.empty())
        return "";
    std::string text = "```powershell\n";
    for (const auto& example : cmdlet.examples)
        text += example + "\n";
    return text + "```\n\n";
}

// Where the noun's parameter may be used.
std::string useOf(const NounSchema& schema, const ParameterInfo& row) {
    const std::string making = schema.listVerbs() == ListVerbs::Add ? "Add" : "New";
    if (!row.setNoun.empty())
        return "Set-" + row.setNoun;
    switch (row.use) {
    case ParameterUse::Everywhere:
        return row.mandatory ? making + " (mandatory), Set" : "";
    case ParameterUse::NewOnly:
        return row.mandatory ? making + " (mandatory)" : making;
    case ParameterUse::SetOnly:
    case ParameterUse::SetAct:
        return "Set";
    case ParameterUse::ReadOnly:
        return "shown only";
    case ParameterUse::Later:
        return "not yet";
    }
    return "";
}

// An action has no default.
std::string defaultOf(const ParameterInfo& row, const void* object) {
    return row.use == ParameterUse::SetAct || row.mandatory ? "" : row.valueOf(object).toText();
}

std::string nounTable(const NounSchema& schema) {
    const auto object = schema.create(kDefaultProfile);
    schema.derive(object.get(), {}, kDefaultProfile);
    std::string text = "| parameter | type | default | where | since | meaning | source |\n"
                       "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto& row : schema.parameters())
        if (row.use != ParameterUse::Later)
            text += "| " + row.name + " | " + cell(row.typeText) + " | " +
                    code(defaultOf(row, object.get())) + " | " + cell(useOf(schema, row)) + " | " +
                    sinceText(row.since) + " | " + cell(row.help) + " | " + cell(row.source) + " |\n";
    return text + "\n";
}

// Parameters of Exchange's that are refused, by reason.
std::string refusedText(const NounSchema& schema) {
    std::vector<std::pair<std::string, std::string>> byReason; // reason, names
    const auto add = [&](const std::string& name, const std::string& reason) {
        const auto found = std::find_if(byReason.begin(), byReason.end(),
                                        [&](const auto& entry) { return entry.first == reason; });
        if (found == byReason.end())
            byReason.emplace_back(reason, name);
        else
            found->second += ", " + name;
    };
    for (const auto& row : schema.parameters())
        if (row.use == ParameterUse::Later)
            add(row.name, row.laterReason);
    for (const auto& refused : schema.refused())
        add(refused.name, refused.reason);
    if (byReason.empty())
        return "";
    std::string text = "Known to Exchange and refused by name here:\n\n";
    for (const auto& [reason, names] : byReason)
        text += "- " + names + ": " + reason + "\n";
    return text + "\n";
}

std::string parameterTable(const Cmdlet& cmdlet) {
    std::string rows;
    for (const auto& parameter : cmdlet.parameters) {
        if (parameter.exactOnly || !parameter.laterReason.empty())
            continue;
        const auto type = parameter.kind == ArgumentKind::Switch ? "switch" : parameter.typeText;
        rows += "| " + parameter.name + (parameter.mandatory ? " (mandatory)" : "") + " | " + cell(type) +
                " | " + (parameter.position < 0 ? "" : std::to_string(parameter.position)) + " | " +
                sinceText(parameter.since) + " | " + cell(parameter.help) + " |\n";
    }
    if (rows.empty())
        return "";
    return "| parameter | type | position | since | meaning |\n| --- | --- | --- | --- | --- |\n" + rows +
           "\n";
}

std::string nounSection(const CmdletRegistry& registry, const NounSchema& schema,
                        std::vector<std::string>& shown) {
    std::string text = "## " + schema.noun() + "\n\n" + schema.sentence() + "\n\n";
    std::string examples;
    for (const auto* cmdlet : registry.all()) {
        if (cmdlet->noun != schema.noun() && cmdlet->name != "Get-" + schema.noun() &&
            cmdlet->name != "Set-" + schema.noun())
            continue;
        text += "- " + headingOf(*cmdlet) + "\n";
        examples += examplesOf(*cmdlet);
        shown.push_back(cmdlet->name);
    }
    text += "\n" + nounTable(schema);
    // What a cmdlet takes beyond the noun's table: -Usage, -Internet, ...
    for (const auto* cmdlet : registry.all()) {
        if (cmdlet->noun != schema.noun() || cmdlet->name != schema.makingCmdlet())
            continue;
        std::string extra;
        for (const auto& parameter : cmdlet->parameters)
            if (schema.findParameter(parameter.name) == nullptr && parameter.laterReason.empty())
                extra += "- -" + parameter.name + ": " + parameter.help + "\n";
        if (!extra.empty())
            text += cmdlet->name + " also takes:\n\n" + extra + "\n";
    }
    return text + examples + refusedText(schema);
}

std::string cmdletSection(const Cmdlet& cmdlet) {
    return "### " + cmdlet.name + "\n\n" + cmdlet.synopsis +
           (cmdlet.aliases.empty() ? "" : " " + headingOf(cmdlet) + ".") + " Source: " + cmdlet.source +
           ".\n\n" + parameterTable(cmdlet) + examplesOf(cmdlet);
}

} // namespace

std::string cmdletReference(const CmdletRegistry& registry, const NounList& nouns) {
    std::string text = kIntroduction;
    std::vector<std::string> shown;
    for (const auto* schema : nouns)
        text += nounSection(registry, *schema, shown);
    text += "## Agents, server, edgesim\n\n";
    std::string pipes = "## Working on objects in a pipe\n\n";
    for (const auto* cmdlet : registry.all()) {
        if (std::find(shown.begin(), shown.end(), cmdlet->name) != shown.end())
            continue;
        (cmdlet->input == PipelineInput::Whole || cmdlet->source.starts_with("PowerShell") ? pipes : text) +=
            cmdletSection(*cmdlet);
    }
    text += pipes;
    text.erase(text.find_last_not_of('\n') + 1);
    return text + "\n";
}

} // namespace edge
