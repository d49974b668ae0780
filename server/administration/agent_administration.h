// The agents as administrators handle them: enable, disable, reorder, restart the service, list the pipeline.
// Two lists are kept, the configured one and the running one; they differ only where the lab asks for
// Exchange's faithful "takes effect after MSExchangeTransport restarts" (agents.md 1.1).
#pragma once

#include <edge/agent_registry.h>
#include <edge/base/profile.h>
#include <edge/decision.h>
#include <edge/pipeline_snapshot.h>
#include <edge/server/hosts/agent_host.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// One line of Get-TransportPipeline.
struct PipelineRow {
    AgentEvent event;
    std::vector<std::string> agents;
};

// Thread-safe. Also a reader of the decision stream: it must know whether a message has passed.
class AgentAdministration final : public DecisionSink {
public:
    // `builtIns` are what a fresh server has; deviations from them are what is exported.
    explicit AgentAdministration(AgentRegistry builtIns);

    // The configured agents in priority order.
    std::vector<InstalledAgent> agents() const;
    Result<> setEnabled(std::string_view identity, bool enabled);
    Result<> setPriority(std::string_view identity, int priority);
    // Registers an agent behind the others, disabled as in Exchange.
    Result<> install(std::string identity, std::string factoryName, std::string assemblyPath,
                     std::shared_ptr<AgentFactory> factory, bool enabled = false);
    // A built-in agent as an assembly, by the name of its factory.
    Result<AgentAssembly> builtIn(const std::string& factoryName) const;
    // Brings back a built-in agent that was uninstalled, under any name, like a new one.
    Result<> installBuiltIn(std::string identity, const std::string& factoryName);
    // Takes an agent from the list, built in or not; its files stay.
    Result<> uninstall(std::string_view identity);
    // Changes wait for restart() from now on; or no longer, and those that waited take effect.
    void setRestartRequired(bool required);
    bool restartRequired() const;

    // Restart-Service MSExchangeTransport: the configured agents run, those named with a factory of their own
    // from now on, and the pipeline listing starts over.
    using Factories = std::map<std::string, std::shared_ptr<AgentFactory>>;
    void restart(const Factories& replaced = {});
    // What new sessions run.
    PipelineSnapshotPtr running() const;
    // Called after each change of running(), on the thread that made it.
    void onChange(std::function<void()> changed);

    // Registered and hit since the start, as Get-TransportPipeline lists it (platform.md 1.9): nothing before
    // the first message. `all`: every registration, hit or not (ours).
    std::vector<PipelineRow> pipeline(ProfileId profile, bool all) const;
    // The cmdlets that bring a fresh server to the configured list; empty where it is one.
    std::string exportScript() const;

    void record(const Decision& decision) override;

private:
    const InstalledAgent* builtInWith(const std::string& factoryName) const;
    std::string exportInstallations(AgentRegistry& replay) const;
    Result<> change(const std::function<Result<>(AgentRegistry&)>& edit);
    void publish();

    const AgentRegistry builtIns_;
    mutable std::mutex mutex_;
    AgentRegistry configured_;
    PipelineSnapshotPtr running_;
    std::function<void()> changed_;
    bool restartRequired_ = false;
    std::atomic<bool> messageSeen_{false};
};

} // namespace edge
