// New-ReceiveConnector: the usage chosen at creation decides permission groups and authentication, and which
// parameters must be given (platform.md 2.1).
#include <edge/server/config/receive_connector.h>
#include <edge/server/config/transport_server.h>
#include <edge/server/shell/standard_cmdlets.h>

#include <array>

namespace edge {
namespace {

struct UsageRow {
    std::string_view name;
    ConnectorUsage usage;
    bool needsBindings;
    bool needsRanges;
    std::string_view help;
};

// platform.md 2.1. Internal is bound to port 25 and Internet serves everybody, so that they need not be told.
constexpr std::array<UsageRow, 4> kUsages{{
    {"Custom", ConnectorUsage::Custom, true, true,
     "Nothing is granted; Bindings and RemoteIPRanges are needed."},
    {"Internet", ConnectorUsage::Internet, true, false,
     "Anonymous peers; Bindings are needed, everybody is served."},
    {"Internal", ConnectorUsage::Internal, false, true,
     "Servers of our own on port 25; RemoteIPRanges are needed."},
    {"Partner", ConnectorUsage::Partner, true, true, "Partners; Bindings and RemoteIPRanges are needed."},
}};

constexpr auto kClientReason =
    "client connectors authenticate mailbox users and do not exist on an Edge server (platform.md 2.1)";

// -Usage Internet, or -Internet, but not both.
ScriptResult<const UsageRow*> chosenUsage(CmdletContext& context, const BoundParameters& bound) {
    const UsageRow* chosen = nullptr;
    if (bound.has("Usage")) {
        const auto word = bound.text("Usage");
        if (iequals(word, "Client"))
            return context.error(ErrorCategory::Unsupported, kClientReason, "Usage");
        for (const auto& row : kUsages)
            if (iequals(row.name, word))
                chosen = &row;
        if (chosen == nullptr)
            return context.error(ErrorCategory::Value,
                                 notAWord(word, {"Custom", "Internet", "Internal", "Partner"}).message,
                                 "Usage");
    }
    for (const auto& row : kUsages) {
        if (!bound.isSet(row.name))
            continue;
        if (chosen != nullptr && chosen != &row)
            return context.error(ErrorCategory::Parameter,
                                 "a connector has one usage, not " + std::string(chosen->name) + " and " +
                                     std::string(row.name),
                                 row.name);
        chosen = &row;
    }
    return chosen != nullptr ? chosen : &kUsages.front();
}

void addDefault(std::vector<Assignment>& assignments, const BoundParameters& bound, const std::string& name,
                CmdletValue value) {
    if (!bound.has(name))
        assignments.push_back({name, std::move(value)});
}

// What the usage says, as assignments of its own: they are set explicitly, so that the export repeats them.
std::vector<Assignment> withUsage(const BoundParameters& bound, const UsageRow& usage) {
    auto assignments = assignmentsOf(receiveConnectorSchema(), bound);
    ReceiveConnector plain;
    applyUsage(plain, usage.usage);
    const ValueRules rules;
    addDefault(assignments, bound, "AuthMechanism",
               ValueCodec<std::set<AuthMechanism>>::toValue(plain.authMechanism, rules));
    addDefault(assignments, bound, "PermissionGroups",
               ValueCodec<std::set<PermissionGroup>>::toValue(plain.permissionGroups, rules));
    if (!usage.needsBindings)
        addDefault(assignments, bound, "Bindings", CmdletList{"0.0.0.0:25"});
    if (!usage.needsRanges)
        addDefault(assignments, bound, "RemoteIPRanges", CmdletList{everyIpV4Address().toString()});
    return assignments;
}

ScriptResult<> createConnector(CmdletContext& context, const BoundParameters& bound) {
    if (auto here = checkServer(context, bound); !here)
        return here;
    const auto usage = chosenUsage(context, bound);
    if (!usage)
        return usage.error();
    for (const auto& [needed, name] :
         {std::pair{(*usage)->needsBindings, "Bindings"}, {(*usage)->needsRanges, "RemoteIPRanges"}})
        if (needed && !bound.has(name))
            return context.error(ErrorCategory::Parameter, "New-ReceiveConnector -Usage " +
                                                               std::string((*usage)->name) + " needs -" +
                                                               name);
    const auto& schema = receiveConnectorSchema();
    const auto change = [&schema](ConfigurationDraft& draft, std::span<const Assignment> assignments,
                                  std::size_t* failed) { return draft.create(schema, assignments, failed); };
    const auto name = bound.text("Name");
    if (auto done = changeConfiguration(context, withUsage(bound, **usage), change, "Making",
                                        "ReceiveConnector \"" + name + "\"");
        !done || context.whatIf())
        return done;
    const auto configuration = context.store().current();
    for (const auto& object : schema.objects(*configuration))
        if (iequals(schema.nameOf(object.get()), name))
            context.emit(CmdletValue(schema.toObject(object.get(), *configuration)));
    return {};
}

} // namespace

CmdletParameter serverParameter() {
    return {.name = "Server",
            .help = "The server; an Edge server knows itself only.",
            .kind = ArgumentKind::Text,
            .typeText = "name",
            .source = "platform.md 2.1, documented"};
}

ScriptResult<> checkServer(CmdletContext& context, const BoundParameters& bound) {
    if (!bound.has("Server"))
        return {};
    const auto configuration = context.store().current();
    const auto& server = configuration->get<TransportServer>();
    const auto wanted = bound.text("Server");
    if (iequals(wanted, server.name) || iequals(wanted, server.fqdn))
        return {};
    return context.error(ErrorCategory::Operation,
                         "there is no server \"" + wanted + "\"; this one is \"" + server.name + "\"",
                         "Server");
}

void registerConnectorCmdlets(CmdletRegistry& registry) {
    Cmdlet cmdlet;
    cmdlet.name = "New-ReceiveConnector";
    cmdlet.synopsis = "Makes a new one: " + receiveConnectorSchema().sentence();
    cmdlet.source = "platform.md 2.1, 2.3, documented";
    cmdlet.noun = "ReceiveConnector";
    cmdlet.changesState = true;
    cmdlet.parameters = schemaParameters(receiveConnectorSchema(), true, "");
    cmdlet.parameters.push_back(serverParameter());
    cmdlet.parameters.push_back(
        {.name = "Usage",
         .help = "What the connector is for; decides permission groups and authentication.",
         .kind = ArgumentKind::Text,
         .typeText = "Custom | Internet | Internal | Partner",
         .source = "platform.md 2.1, documented"});
    for (const auto& row : kUsages)
        cmdlet.parameters.push_back(
            {.name = std::string(row.name),
             .help = "The same as -Usage " + std::string(row.name) + ": " + std::string(row.help),
             .kind = ArgumentKind::Switch,
             .source = "platform.md 2.1, documented"});
    cmdlet.parameters.push_back({.name = "Client", .help = kClientReason, .laterReason = kClientReason});
    cmdlet.examples = {
        "New-ReceiveConnector -Name \"From Internet\" -Usage Internet -Bindings 192.168.2.20:25",
        "New-ReceiveConnector -Name Inside -Internal -RemoteIPRanges 192.168.3.0/24"};
    cmdlet.run = createConnector;
    registry.add(std::move(cmdlet));
}

} // namespace edge
