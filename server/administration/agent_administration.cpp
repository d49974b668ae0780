#include <edge/base/text.h>
#include <edge/server/administration/agent_administration.h>

#include <algorithm>

namespace edge {

AgentAdministration::AgentAdministration(AgentRegistry builtIns)
    : builtIns_(builtIns)
    , configured_(std::move(builtIns))
    , running_(std::make_shared<PipelineSnapshot>(configured_)) {}

std::vector<InstalledAgent> AgentAdministration::agents() const {
    const std::lock_guard lock(mutex_);
    return configured_.agents();
}

Result<> AgentAdministration::setEnabled(std::string_view identity, bool enabled) {
    return change([&](AgentRegistry& registry) { return registry.setEnabled(identity, enabled); });
}

Result<> AgentAdministration::setPriority(std::string_view identity, int priority) {
    return change([&](AgentRegistry& registry) { return registry.setPriority(identity, priority); });
}

Result<> AgentAdministration::install(std::string identity, std::string factoryName, std::string assemblyPath,
                                      std::shared_ptr<AgentFactory> factory, bool enabled) {
    return change([&](AgentRegistry& registry) {
        return registry.install(std::move(identity), std::move(factoryName), std::move(assemblyPath),
                                std::move(factory), enabled);
    });
}

void AgentAdministration::setRestartRequired(bool required) {
    {
        const std::lock_guard lock(mutex_);
        const bool released = restartRequired_ && !required;
        restartRequired_ = required;
        if (!released)
            return;
        running_ = std::make_shared<PipelineSnapshot>(configured_);
    }
    publish();
}

bool AgentAdministration::restartRequired() const {
    const std::lock_guard lock(mutex_);
    return restartRequired_;
}

Result<> AgentAdministration::change(const std::function<Result<>(AgentRegistry&)>& edit) {
    {
        const std::lock_guard lock(mutex_);
        auto edited = configured_;
        if (auto done = edit(edited); !done)
            return done;
        configured_ = std::move(edited);
        if (restartRequired_)
            return {};
        running_ = std::make_shared<PipelineSnapshot>(configured_);
    }
    publish();
    return {};
}

void AgentAdministration::restart() {
    {
        const std::lock_guard lock(mutex_);
        configured_.resetStatistics();
        running_ = std::make_shared<PipelineSnapshot>(configured_);
        messageSeen_ = false;
    }
    publish();
}

void AgentAdministration::publish() {
    if (changed_)
        changed_();
}

PipelineSnapshotPtr AgentAdministration::running() const {
    const std::lock_guard lock(mutex_);
    return running_;
}

void AgentAdministration::onChange(std::function<void()> changed) {
    changed_ = std::move(changed);
}

std::vector<PipelineRow> AgentAdministration::pipeline(ProfileId profileId, bool all) const {
    if (!messageSeen_ && !all)
        return {};
    const auto snapshot = running();
    const auto& version = profile(profileId);
    std::vector<PipelineRow> rows;
    for (const auto& event : agentEvents()) {
        if (event.extended && !version.extendedEvents)
            continue;
        if (event.event == AgentEvent::OnCategorizedMessage && !version.categorizedEvent)
            continue;
        PipelineRow row{event.event, {}};
        for (const auto index : snapshot->order(event.event)) {
            const auto& agent = snapshot->agents()[index];
            if (all || agent.statistics->calls[static_cast<std::size_t>(event.event)] > 0)
                row.agents.push_back(agent.identity);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

// Enabled states first; then the order, moved place by place from the built-in one to the configured one.
std::string AgentAdministration::exportScript() const {
    const std::lock_guard lock(mutex_);
    std::string script;
    auto replay = builtIns_;
    for (const auto& agent : configured_.agents()) {
        const auto* original = replay.find(agent.identity);
        if (original && original->enabled != agent.enabled)
            script += std::string(agent.enabled ? "Enable" : "Disable") + "-TransportAgent \"" +
                      agent.identity + "\"" + (agent.enabled ? "" : " -Confirm:$false") + "\n";
    }
    for (std::size_t place = 0; place < configured_.agents().size(); ++place) {
        const auto& identity = configured_.agents()[place].identity;
        if (!replay.find(identity) || iequals(replay.agents()[place].identity, identity))
            continue;
        static_cast<void>(replay.setPriority(identity, static_cast<int>(place) + 1));
        script += "Set-TransportAgent \"" + identity + "\" -Priority " + std::to_string(place + 1) + "\n";
    }
    return script;
}

void AgentAdministration::record(const Decision& decision) {
    const bool content =
        decision.event == AgentEvent::OnEndOfHeaders || decision.event == AgentEvent::OnEndOfData;
    if (content && !messageSeen_.load(std::memory_order_relaxed))
        messageSeen_ = true;
}

} // namespace edge
