// ShellHost: what cmdlets need of the running server beyond its configuration. The real twin is the server
// itself; the scripted twin, MemoryShellHost, serves tests and `edgesim check`.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/profile.h>
#include <edge/base/result.h>
#include <edge/ip_lists.h>
#include <edge/recipient_directory.h>
#include <edge/server/hosts/agent_host.h>
#include <edge/server/logs/agent_log_reader.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// One line of Get-TransportAgent.
struct TransportAgentRow {
    std::string identity;
    bool enabled = true;
    int priority = 1;
    std::string transportAgentFactory;
    std::string assemblyPath;
};

// One line of Get-TransportPipeline.
struct TransportPipelineRow {
    std::string event; // "OnConnectEvent"
    std::vector<std::string> transportAgents;
};

class ShellHost {
public:
    virtual ~ShellHost() = default;

    // In priority order.
    virtual std::vector<TransportAgentRow> transportAgents() const = 0;
    virtual Result<> setAgentEnabled(const std::string& identity, bool enabled) = 0;
    virtual Result<> setAgentPriority(const std::string& identity, int priority) = 0;
    // What Install-TransportAgent names, found and judged, but not run.
    virtual Result<AgentAssembly> inspectAgent(const std::string& path,
                                               const std::string& factoryName) const = 0;
    // Appends the agent to the others, disabled.
    virtual Result<> installAgent(const std::string& identity, const AgentAssembly& assembly) = 0;
    virtual Result<> uninstallAgent(const std::string& identity) = 0;
    // The cmdlets that bring a fresh server's agents to their present state and order; empty where it is one.
    virtual std::string exportTransportAgents() const = 0;
    // Changes of agents wait for restartService() (Set-EdgeSimServer -AgentChangesNeedRestart).
    virtual bool agentChangesWait() const = 0;
    // Registered and hit since the start; `all`: every registration.
    virtual std::vector<TransportPipelineRow> transportPipeline(ProfileId profile, bool all) const = 0;
    // Restart-Service MSExchangeTransport.
    virtual Result<> restartService() = 0;

    // From the server's own folder, or from `location` where it is not empty.
    virtual Result<AgentLogListing> agentLog(UtcTime from, UtcTime to, const std::string& location) const = 0;

    virtual std::optional<AddressBookEntry> findRecipient(const RoutingAddress& address) const = 0;
    // Sorted by address.
    virtual std::vector<AddressBookEntry> recipients() const = 0;
    virtual Result<> addRecipient(const AddressBookEntry& entry) = 0;
    virtual Result<> removeRecipient(const RoutingAddress& address) = 0;
    // Reads a list from a file of the server's machine; returns how many recipients were new.
    virtual Result<std::size_t> importRecipients(const std::string& path) = 0;

    // Entries of a list by identity, at most `limit` of them; those that contain `address` where one is
    // given.
    virtual std::vector<IpListEntry> ipListEntries(IpListKind list, const std::optional<IpAddress>& address,
                                                   std::size_t limit) const = 0;
    virtual std::optional<IpListEntry> findIpListEntry(IpListKind list, std::int64_t identity) const = 0;
    // Gives the entry its identity and returns it; AlreadyExists where an entry of that range is in force.
    virtual Result<IpListEntry> addIpListEntry(IpListKind list, const IpListEntry& entry) = 0;
    virtual Result<> removeIpListEntry(IpListKind list, std::int64_t identity) = 0;
    // Reads ranges from a file of the server's machine, all or none; returns how many were new.
    virtual Result<std::size_t> importIpList(IpListKind list, const std::string& path) = 0;
    // The server's time, which decides what has expired.
    virtual UtcTime now() const = 0;

    // Takes mail again after a disk fault stopped the queue.
    virtual Result<> resumeQueue() = 0;
};

} // namespace edge
