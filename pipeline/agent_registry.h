// The installed agents in priority order, as Get-TransportAgent lists them (agents.md 1.1). A plain value:
// enabling, reordering or installing changes a copy, and pipelineSnapshot() turns it into what new sessions
// run.
#pragma once

#include <edge/agent_factory.h>
#include <edge/base/result.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Calls since the service started; shared by all snapshots that hold the agent.
struct AgentStatistics {
    std::array<std::atomic<std::uint64_t>, kAgentEventCount> calls{};
};

struct InstalledAgent {
    std::string identity;              // 1 to 64 characters
    std::string transportAgentFactory; // class name of the factory
    std::string assemblyPath;          // "built in" for ours
    bool enabled = false;              // a newly installed agent is disabled (platform.md 1.9)
    std::shared_ptr<AgentFactory> factory;
    std::shared_ptr<AgentStatistics> statistics;

    // It came out of a file, whose full path the assembly path is.
    bool isLoaded() const { return assemblyPath.starts_with('/'); }
};

class AgentRegistry {
public:
    // Appends with the lowest priority. AlreadyExists, or InvalidArgument for a name out of bounds.
    Result<> install(std::string identity, std::string factoryName, std::string assemblyPath,
                     std::shared_ptr<AgentFactory> factory, bool enabled = false);
    Result<> uninstall(std::string_view identity);
    Result<> setEnabled(std::string_view identity, bool enabled);
    // Moves the agent to place `priority` (1 is first, 0 is taken for 1); the others shift (agents.md 1.1).
    Result<> setPriority(std::string_view identity, int priority);

    // In priority order: the first has priority 1.
    const std::vector<InstalledAgent>& agents() const { return agents_; }
    const InstalledAgent* find(std::string_view identity) const;
    // Sessions made from now on get their agent from this factory.
    Result<> replaceFactory(std::string_view identity, std::shared_ptr<AgentFactory> factory);
    // Forgets the calls counted so far: the service was restarted.
    void resetStatistics();

private:
    Result<std::size_t> indexOf(std::string_view identity) const;

    std::vector<InstalledAgent> agents_;
};

} // namespace edge
