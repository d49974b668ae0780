// The running server as the cmdlets see it: the real twin of MemoryShellHost.
#pragma once

#include <edge/server/edge_server.h>
#include <edge/server/shell/shell_host.h>

namespace edge {

class ServerShellHost final : public ShellHost {
public:
    // `server` outlives the host.
    explicit ServerShellHost(EdgeServer& server)
        : server_(server) {}

    std::vector<TransportAgentRow> transportAgents() const override;
    Result<> setAgentEnabled(const std::string& identity, bool enabled) override;
    Result<> setAgentPriority(const std::string& identity, int priority) override;
    Result<AgentAssembly> inspectAgent(const std::string& path,
                                       const std::string& factoryName) const override;
    Result<> installAgent(const std::string& identity, const AgentAssembly& assembly) override;
    Result<> uninstallAgent(const std::string& identity) override;
    std::string exportTransportAgents() const override;
    bool agentChangesWait() const override;
    std::vector<TransportPipelineRow> transportPipeline(ProfileId profile, bool all) const override;
    Result<> restartService() override;
    Result<AgentLogListing> agentLog(UtcTime from, UtcTime to, const std::string& location) const override;
    std::optional<AddressBookEntry> findRecipient(const RoutingAddress& address) const override;
    std::vector<AddressBookEntry> recipients() const override;
    Result<> addRecipient(const AddressBookEntry& entry) override;
    Result<> removeRecipient(const RoutingAddress& address) override;
    Result<std::size_t> importRecipients(const std::string& path) override;
    std::vector<IpListEntry> ipListEntries(IpListKind list, const std::optional<IpAddress>& address,
                                           std::size_t limit) const override;
    std::optional<IpListEntry> findIpListEntry(IpListKind list, std::int64_t identity) const override;
    Result<IpListEntry> addIpListEntry(IpListKind list, const IpListEntry& entry) override;
    Result<> removeIpListEntry(IpListKind list, std::int64_t identity) override;
    Result<std::size_t> importIpList(IpListKind list, const std::string& path) override;
    UtcTime now() const override;
    Result<> resumeQueue() override;

private:
    EdgeServer& server_;
};

} // namespace edge
