// Transport agents, their pipeline and their log; the service that runs them (platform.md 1.9,
// agents.md 1.6, 13.6).
#include <edge/config/suggestion.h>
#include <edge/server/shell/shell_host.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/server/shell/text_match.h>

namespace edge {
namespace {

// Exchange's words, blank before the colon included (platform.md 1.9).
constexpr auto kRestartWarning =
    "The following service restart is required for the change(s) to take effect : MSExchangeTransport";
constexpr auto kShellWarning = "Please exit Windows PowerShell to complete the installation.";
constexpr auto kAgentSource = "platform.md 1.9, documented";
constexpr std::size_t kMaxAgentName = 64; // agents.md 1.1

CmdletValue agentObject(const TransportAgentRow& row) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = "TransportAgent";
    object->identity = row.identity;
    object->add("Identity", row.identity);
    object->add("Enabled", row.enabled);
    object->add("Priority", row.priority);
    object->add("TransportAgentFactory", row.transportAgentFactory);
    object->add("AssemblyPath", row.assemblyPath);
    return CmdletValue(std::move(object));
}

// The agents meant by an identity, perhaps with wildcards; all where none is given.
ScriptResult<std::vector<TransportAgentRow>> agentsMeant(CmdletContext& context, const BoundParameters& bound,
                                                         bool wildcards) {
    const bool all = !bound.has("Identity");
    const auto identity = bound.text("Identity");
    std::vector<TransportAgentRow> meant;
    std::vector<std::string> names;
    for (auto& agent : context.host().transportAgents()) {
        names.push_back(agent.identity);
        if (all || iequals(agent.identity, identity) ||
            (wildcards && hasWildcard(identity) && matchesWildcard(agent.identity, identity)))
            meant.push_back(std::move(agent));
    }
    if (meant.empty() && !all && !(wildcards && hasWildcard(identity)))
        return context.error(ErrorCategory::Operation,
                             "there is no transport agent \"" + identity + "\"" + didYouMean(identity, names),
                             "Identity");
    return meant;
}

CmdletParameter agentIdentity(bool mandatory) {
    return {.name = "Identity",
            .help = "The agent's name, or an agent through the pipe.",
            .kind = ArgumentKind::Text,
            .position = 0,
            .mandatory = mandatory,
            .typeText = "name",
            .source = kAgentSource};
}

// Real cmdlets of 2013 and later take it on every agent cmdlet; an Edge server has one such service.
CmdletParameter transportServiceParameter() {
    return {.name = "TransportService",
            .help = "The service that runs the agents; an Edge server has one.",
            .kind = ArgumentKind::Text,
            .typeText = "Edge",
            .source = kAgentSource,
            .words = {"Edge"},
            .since = ProfileId::E2013};
}

ScriptResult<> getAgents(CmdletContext& context, const BoundParameters& bound) {
    const auto agents = agentsMeant(context, bound, true);
    if (!agents)
        return agents.error();
    for (const auto& agent : *agents)
        context.emit(agentObject(agent));
    return {};
}

// The warning is Exchange's; whether it is true here is the lab's choice.
void warnOfRestart(CmdletContext& context) {
    context.warn(kRestartWarning);
    if (!context.host().agentChangesWait())
        context.verbose("edgesim: the change is in force for new sessions already");
}

// One change of one agent: the question, the act, the warning.
ScriptResult<> changeAgent(CmdletContext& context, const BoundParameters& bound, const std::string& action,
                           const std::function<Result<>(const std::string&)>& act) {
    const auto agents = agentsMeant(context, bound, false);
    if (!agents)
        return agents.error();
    const auto& identity = agents->front().identity;
    const auto proceed = context.shouldProcess(action, "transport agent \"" + identity + "\"");
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    if (auto done = act(identity); !done)
        return context.error(ErrorCategory::Operation, done.error().message);
    warnOfRestart(context);
    return {};
}

ScriptResult<> requireFreeName(CmdletContext& context, const std::string& name) {
    if (name.empty() || name.size() > kMaxAgentName)
        return context.error(ErrorCategory::Value, "an agent's name has 1 to 64 characters", "Name");
    for (const auto& agent : context.host().transportAgents())
        if (iequals(agent.identity, name))
            return context.error(ErrorCategory::Operation,
                                 "The transport agent \"" + agent.identity + "\" is already installed.",
                                 "Name");
    return {};
}

ScriptResult<> installAgent(CmdletContext& context, const BoundParameters& bound) {
    const auto name = bound.text("Name");
    if (auto free = requireFreeName(context, name); !free)
        return free;
    const auto assembly =
        context.host().inspectAgent(bound.text("AssemblyPath"), bound.text("TransportAgentFactory"));
    if (!assembly)
        return context.error(ErrorCategory::Operation, assembly.error().message, "AssemblyPath");
    const auto proceed = context.shouldProcess("Installing", "transport agent \"" + name + "\"");
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    if (auto done = context.host().installAgent(name, *assembly); !done)
        return context.error(ErrorCategory::Operation, done.error().message, "AssemblyPath");
    for (const auto& agent : context.host().transportAgents())
        if (iequals(agent.identity, name))
            context.emit(agentObject(agent));
    context.warn(kShellWarning);
    context.verbose("edgesim: the shell holds no file; go on with Enable-TransportAgent");
    warnOfRestart(context);
    return {};
}

ScriptResult<> uninstallAgent(CmdletContext& context, const BoundParameters& bound) {
    return changeAgent(context, bound, "Uninstalling", [&context](const std::string& identity) {
        return context.host().uninstallAgent(identity);
    });
}

void addInstallationCmdlets(CmdletRegistry& registry) {
    registry.add(
        {.name = "Install-TransportAgent",
         .synopsis = "Registers an agent of your own: disabled, and behind all others.",
         .source = kAgentSource,
         .parameters =
             {{.name = "Name",
               .help = "The agent's name, 1 to 64 characters.",
               .kind = ArgumentKind::Text,
               .position = 0,
               .mandatory = true,
               .typeText = "name",
               .source = kAgentSource},
              {.name = "TransportAgentFactory",
               .help = "Class of the agent or of its factory, as in EDGE_AGENT_PLUGIN; may be left out where "
                       "the library has only one.",
               .kind = ArgumentKind::Text,
               .typeText = "class",
               .source = "platform.md 1.9, documented; mandatory on the real one"},
              {.name = "AssemblyPath",
               .help = "The shared library. A relative path is looked for beside the script, then in "
                       "EDGESIM_AGENT_PATH.",
               .kind = ArgumentKind::Text,
               .mandatory = true,
               .typeText = "path",
               .source = "platform.md 1.8, documented; absolute on the real one"},
              transportServiceParameter()},
         .changesState = true,
         .examples =
             {"Install-TransportAgent -Name \"NoFoo Agent\" -AssemblyPath libno_foo.so",
              "Install-TransportAgent -Name \"NoFoo Agent\" -TransportAgentFactory NoFooAgent -AssemblyPath "
              "/opt/agents/libno_foo.so; Enable-TransportAgent \"NoFoo Agent\""},
         .run = installAgent});
    registry.add({.name = "Uninstall-TransportAgent",
                  .synopsis = "Takes an agent from the list; its files stay.",
                  .source = kAgentSource,
                  .parameters = {agentIdentity(true), transportServiceParameter()},
                  .noun = "TransportAgent",
                  .changesState = true,
                  .asksFirst = true,
                  .input = PipelineInput::ByIdentity,
                  .examples = {"Get-TransportAgent NoFoo* | Uninstall-TransportAgent -Confirm:$false"},
                  .run = uninstallAgent});
}

void addAgentCmdlets(CmdletRegistry& registry) {
    registry.add(
        {.name = "Get-TransportAgent",
         .synopsis = "Lists the transport agents in the order of their priority.",
         .source = kAgentSource,
         .parameters = {agentIdentity(false), transportServiceParameter()},
         .noun = "TransportAgent",
         .input = PipelineInput::ByIdentity,
         .examples = {"Get-TransportAgent", "Get-TransportAgent \"Sender Filter Agent\" | Format-List"},
         .run = getAgents});
    // Widths of the reference's listing; the last column is shorter than the line.
    registry.setView("TransportAgent", {{"Identity", 50}, {"Enabled", 15}, {"Priority", 8}});
    for (const bool enable : {true, false})
        registry.add(
            {.name = enable ? "Enable-TransportAgent" : "Disable-TransportAgent",
             .synopsis = enable ? "Lets an agent take part in sessions." : "Takes an agent out of sessions.",
             .source = kAgentSource,
             .parameters = {agentIdentity(true), transportServiceParameter()},
             .noun = "TransportAgent",
             .changesState = true,
             .asksFirst = !enable,
             .input = PipelineInput::ByIdentity,
             .run = [enable](CmdletContext& context, const BoundParameters& bound) {
                 return changeAgent(context, bound, enable ? "Enabling" : "Disabling",
                                    [&context, enable](const std::string& identity) {
                                        return context.host().setAgentEnabled(identity, enable);
                                    });
             }});
    registry.add({.name = "Set-TransportAgent",
                  .synopsis = "Changes the priority of an agent; the others shift.",
                  .source = kAgentSource,
                  .parameters = {agentIdentity(true),
                                 {.name = "Priority",
                                  .help = "Its place: 1 is first; 0 is taken for 1.",
                                  .kind = ArgumentKind::Integer,
                                  .mandatory = true,
                                  .typeText = "number",
                                  .source = "agents.md 1.1, documented"},
                                 transportServiceParameter()},
                  .noun = "TransportAgent",
                  .changesState = true,
                  .input = PipelineInput::ByIdentity,
                  .examples = {"Set-TransportAgent \"Content Filter Agent\" -Priority 3"},
                  .run = [](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
                      const auto priority = bound.integer("Priority");
                      const auto count = static_cast<std::int64_t>(context.host().transportAgents().size());
                      if (priority < 0 || priority > count)
                          return context.error(ErrorCategory::Value,
                                               "-Priority: " + std::to_string(priority) +
                                                   " is out of range; allowed: 1 to " + std::to_string(count),
                                               "Priority");
                      return changeAgent(context, bound, "Setting", [&](const std::string& identity) {
                          return context.host().setAgentPriority(identity, static_cast<int>(priority));
                      });
                  }});
}

ScriptResult<> getPipeline(CmdletContext& context, const BoundParameters& bound) {
    const auto rows =
        context.host().transportPipeline(context.store().current()->profile, bound.isSet("All"));
    if (rows.empty())
        context.warn("No message has been processed since the service was started; send one, or use -All.");
    for (const auto& row : rows) {
        CmdletList agents(row.transportAgents.begin(), row.transportAgents.end());
        auto object = std::make_shared<CmdletObject>();
        object->typeName = "TransportPipeline";
        object->identity = row.event;
        object->add("Event", row.event);
        object->add("TransportAgents", CmdletValue(std::move(agents)));
        context.emit(CmdletValue(std::move(object)));
    }
    return {};
}

CmdletList textList(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

CmdletValue logObject(const AgentLogRecord& record) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = "AgentLog";
    object->add("Timestamp", record.timestamp);
    object->add("SessionId", record.sessionId);
    object->add("IPAddress", record.ipAddress);
    object->add("MessageId", record.messageId);
    object->add("P1FromAddress", record.p1FromAddress);
    object->add("P2FromAddresses", textList(record.p2FromAddresses));
    object->add("Recipients", textList(record.recipients));
    object->add("Agent", record.agent);
    object->add("Event", record.event);
    object->add("Action", record.action);
    object->add("SmtpResponse", record.smtpResponse);
    object->add("Reason", record.reason);
    object->add("ReasonData", record.reasonData);
    object->add("Diagnostics", record.diagnostics);
    return CmdletValue(std::move(object));
}

UtcTime dateOr(const BoundParameters& bound, std::string_view name, UtcTime otherwise) {
    const auto* argument = bound.find(name);
    const auto* when = argument == nullptr ? nullptr : argument->value.as<UtcTime>();
    return when == nullptr ? otherwise : *when;
}

ScriptResult<> getAgentLog(CmdletContext& context, const BoundParameters& bound) {
    const auto listing =
        context.host().agentLog(dateOr(bound, "StartDate", UtcTime::min()),
                                dateOr(bound, "EndDate", UtcTime::max()), bound.text("Location"));
    if (!listing)
        return context.error(ErrorCategory::Operation, listing.error().message, "Location");
    for (const auto& record : listing->records)
        context.emit(logObject(record));
    if (listing->truncated)
        context.warn("There are more records; narrow them with -StartDate and -EndDate.");
    if (listing->skippedLines != 0)
        context.verbose(std::to_string(listing->skippedLines) + " lines are no records and were passed over");
    return {};
}

ScriptResult<> restartService(CmdletContext& context, const BoundParameters& bound) {
    const auto name = bound.text("Name");
    if (!iequals(name, "MSExchangeTransport"))
        return context.error(
            ErrorCategory::Operation,
            "there is no service \"" + name + "\"" + didYouMean(name, {"MSExchangeTransport"}), "Name");
    const auto proceed =
        context.shouldProcess("Restarting", "service \"Microsoft Exchange Transport (MSExchangeTransport)\"");
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    if (auto done = context.host().restartService(); !done)
        return context.error(ErrorCategory::Operation, done.error().message);
    return {};
}

} // namespace

void registerAgentCmdlets(CmdletRegistry& registry) {
    addAgentCmdlets(registry);
    addInstallationCmdlets(registry);
    registry.add({.name = "Get-TransportPipeline",
                  .synopsis =
                      "Lists the events of the pipeline with the agents that have met a message since the "
                      "service started.",
                  .source = "agents.md 1.6, documented",
                  .parameters = {{.name = "All",
                                  .help = "Lists every agent that is registered, hit or not.",
                                  .kind = ArgumentKind::Switch,
                                  .source = "edgesim's own"}},
                  .examples = {"Get-TransportPipeline | Format-List"},
                  .run = getPipeline});
    registry.setView("TransportPipeline", {{"Event", 39}, {"TransportAgents", 0}});
    registry.add(
        {.name = "Get-AgentLog",
         .synopsis = "Shows what the agents wrote into their log; lines of one message are one record.",
         .source = "agents.md 13.6, documented",
         .parameters = {{.name = "StartDate",
                         .help = "Leaves out what is older (UTC).",
                         .kind = ArgumentKind::Date,
                         .typeText = "date"},
                        {.name = "EndDate",
                         .help = "Leaves out what is younger (UTC).",
                         .kind = ArgumentKind::Date,
                         .typeText = "date"},
                        {.name = "Location",
                         .help = "Folder of the log files; the server's own without it.",
                         .kind = ArgumentKind::Text,
                         .typeText = "path"},
                        transportServiceParameter()},
         .examples = {"Get-AgentLog -StartDate 2026-01-01 | Where-Object { $_.Action -like 'Reject*' }"},
         .run = getAgentLog});
    registry.add({.name = "Restart-Service",
                  .synopsis =
                      "Restarts the transport service: changed agents come into force, the pipeline listing "
                      "starts over.",
                  .source = "platform.md 1.9, documented",
                  .parameters = {{.name = "Name",
                                  .help = "MSExchangeTransport.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .mandatory = true,
                                  .typeText = "MSExchangeTransport"}},
                  .changesState = true,
                  .examples = {"Restart-Service MSExchangeTransport"},
                  .run = restartService});
}

} // namespace edge
