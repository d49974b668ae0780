// MemoryShellHost: a server that exists in memory only. `edgesim check` tries scripts on it, seeded from the
// real server, and tests of cmdlets look into it.
#pragma once

#include <edge/server/shell/shell_host.h>

#include <map>
#include <set>

namespace edge {

class MemoryShellHost final : public ShellHost {
public:
    // The ten agents of a fresh Edge server (platform.md 1.9).
    MemoryShellHost();
    // Agents and recipients as `original` has them now; changes stay here. `original` outlives this object.
    explicit MemoryShellHost(const ShellHost& original);

    std::vector<TransportAgentRow> transportAgents() const override { return agents_; }
    Result<> setAgentEnabled(const std::string& identity, bool enabled) override;
    Result<> setAgentPriority(const std::string& identity, int priority) override;
    Result<AgentAssembly> inspectAgent(const std::string& path,
                                       const std::string& factoryName) const override;
    Result<> installAgent(const std::string& identity, const AgentAssembly& assembly) override;
    Result<> uninstallAgent(const std::string& identity) override;
    std::string exportTransportAgents() const override;
    bool agentChangesWait() const override { return false; }
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
    UtcTime now() const override { return original_ == nullptr ? time : original_->now(); }
    Result<> resumeQueue() override;

    // Judges assemblies; without one, and without an original, every assembly is believed.
    AgentHost* agentHost = nullptr;
    // What tests look at or prepare.
    std::vector<TransportPipelineRow> pipeline;
    AgentLogListing log;
    int restarts = 0;
    int resumes = 0;
    UtcTime time{};
    std::vector<std::string> imports;

private:
    Result<std::size_t> indexOf(const std::string& identity) const;
    void numberAgents();

    std::vector<TransportAgentRow> agents_;
    const ShellHost* original_ = nullptr;
    // Present or removed here, whatever the original says.
    std::map<RoutingAddress, std::optional<AddressBookEntry>> recipients_;
    std::map<IpListKind, std::vector<IpListEntry>> addedIpListEntries_;
    std::set<std::int64_t> removedIpListEntries_; // of the original
    std::int64_t lastIpListIdentity_ = 0;
};

} // namespace edge
