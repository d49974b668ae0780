#include <edge/server/administration/server_shell_host.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/ip_lists/ip_list_file.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::uint64_t kMaxRecipientFile = 256ULL * 1024 * 1024; // some millions of addresses
constexpr std::uint64_t kMaxIpListFile = 256ULL * 1024 * 1024;    // more than ten million addresses

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

Result<AgentAssembly> ServerShellHost::inspectAgent(const std::string& path,
                                                    const std::string& factoryName) const {
    return server_.inspectAgent(path, factoryName);
}

Result<> ServerShellHost::installAgent(const std::string& identity, const AgentAssembly& assembly) {
    return server_.installAgent(identity, assembly);
}

Result<> ServerShellHost::uninstallAgent(const std::string& identity) {
    return server_.agents().uninstall(identity);
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
    return server_.restartService();
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

std::vector<IpListEntry> ServerShellHost::ipListEntries(IpListKind list,
                                                        const std::optional<IpAddress>& address,
                                                        std::size_t limit) const {
    const auto table = server_.ipLists().table(list);
    if (!address)
        return table->list(limit);
    auto entries = table->containing(*address);
    entries.resize(std::min(entries.size(), limit));
    return entries;
}

std::optional<IpListEntry> ServerShellHost::findIpListEntry(IpListKind list, std::int64_t identity) const {
    return server_.ipLists().table(list)->get(identity);
}

Result<IpListEntry> ServerShellHost::addIpListEntry(IpListKind list, const IpListEntry& entry) {
    return server_.ipLists().add(list, entry, now());
}

Result<> ServerShellHost::removeIpListEntry(IpListKind list, std::int64_t identity) {
    return server_.ipLists().remove(list, identity);
}

Result<std::size_t> ServerShellHost::importIpList(IpListKind list, const std::string& path) {
    const auto text = readWholeFile(server_.files(), path, kMaxIpListFile);
    if (!text)
        return text.error();
    auto entries = parseIpList(*text);
    if (!entries)
        return Error{entries.error().code, path + ", " + entries.error().message};
    return server_.ipLists().addAll(list, std::move(*entries), now());
}

UtcTime ServerShellHost::now() const {
    return server_.clock().utcNow();
}

Result<> ServerShellHost::resumeQueue() {
    return server_.resumeQueue();
}

} // namespace edge
