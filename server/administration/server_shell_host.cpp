#include <edge/server/administration/server_shell_host.h>
#include <edge/server/administration/state_file.h>

namespace edge {
namespace {

constexpr std::uint64_t kMaxRecipientFile = 256ULL * 1024 * 1024; // some millions of addresses

} // namespace

std::vector<TransportAgentRow> ServerShellHost::transportAgents() const {
    std::vector<TransportAgentRow> rows;
    int priority = 0;
    for (auto& agent : server_.agents().agents())
        rows.push_back(
            {agent.identity, agent.enabled, ++priority, agent.transportAgentFactory, agent.assemblyPath});
    return rows;
}

Result<> ServerShellHost::setAgentEnabled(const std::string& identity, bool enabled) {
    return server_.agents().setEnabled(identity, enabled);
}

Result<> ServerShellHost::setAgentPriority(const std::string& identity, int priority) {
    return server_.agents().setPriority(identity, priority);
}

std::string ServerShellHost::exportTransportAgents() const {
    return server_.agents().exportScript();
}

bool ServerShellHost::agentChangesWait() const {
    return server_.agents().restartRequired();
}

std::vector<TransportPipelineRow> ServerShellHost::transportPipeline(ProfileId profile, bool all) const {
    std::vector<TransportPipelineRow> rows;
    for (auto& row : server_.agents().pipeline(profile, all))
        rows.push_back({std::string(info(row.event).pipelineName), std::move(row.agents)});
    return rows;
}

Result<> ServerShellHost::restartService() {
    server_.agents().restart();
    return {};
}

Result<AgentLogListing> ServerShellHost::agentLog(UtcTime from, UtcTime to,
                                                  const std::string& location) const {
    server_.agentLog().flush();
    const auto folder = location.empty() ? server_.agentLog().directory() : location;
    if (folder.empty())
        return Error{Errc::NotFound, "The agent log is switched off (AgentLogEnabled, AgentLogPath)."};
    auto listing = readAgentLog(server_.files(), folder, from, to);
    // A log that has not written anything yet has no folder: that is an empty listing, not an error.
    if (!listing && listing.error().code == Errc::NotFound && location.empty())
        return AgentLogListing{};
    return listing;
}

std::optional<AddressBookEntry> ServerShellHost::findRecipient(const RoutingAddress& address) const {
    return server_.recipients().lookUp(address);
}

std::vector<AddressBookEntry> ServerShellHost::recipients() const {
    return server_.recipients().list();
}

Result<> ServerShellHost::addRecipient(const AddressBookEntry& entry) {
    return server_.recipients().add(entry);
}

Result<> ServerShellHost::removeRecipient(const RoutingAddress& address) {
    return server_.recipients().remove(address);
}

Result<std::size_t> ServerShellHost::importRecipients(const std::string& path) {
    const auto text = readWholeFile(server_.files(), path, kMaxRecipientFile);
    if (!text)
        return text.error();
    auto entries = parseRecipientList(*text);
    if (!entries)
        return Error{entries.error().code, path + ", " + entries.error().message};
    return server_.recipients().addAll(std::move(*entries));
}

Result<> ServerShellHost::resumeQueue() {
    return server_.resumeQueue();
}

} // namespace edge
