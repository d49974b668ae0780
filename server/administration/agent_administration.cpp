#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/config/value.h>
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

const InstalledAgent* AgentAdministration::builtInWith(const std::string& factoryName) const {
    for (const auto& agent : builtIns_.agents())
        if (iequals(agent.transportAgentFactory, factoryName))
            return &agent;
    return nullptr;
}

Result<AgentAssembly> AgentAdministration::builtIn(const std::string& factoryName) const {
    if (const auto* agent = builtInWith(factoryName))
        return AgentAssembly{kBuiltInAssembly, agent->transportAgentFactory};
    std::vector<std::string> names;
    for (const auto& agent : builtIns_.agents())
        names.push_back(agent.transportAgentFactory);
    return Error{Errc::NotFound,
                 "there is no built-in factory \"" + factoryName + "\"" + didYouMean(factoryName, names)};
}

Result<> AgentAdministration::installBuiltIn(std::string identity, const std::string& factoryName) {
    const auto* agent = builtInWith(factoryName);
    if (agent == nullptr)
        return builtIn(factoryName).error();
    return install(std::move(identity), agent->transportAgentFactory, agent->assemblyPath, agent->factory);
}

Result<> AgentAdministration::uninstall(std::string_view identity) {
    return change([&](AgentRegistry& registry) { return registry.uninstall(identity); });
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

void AgentAdministration::restart(const Factories& replaced) {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [identity, factory] :
             replaced) // one that was uninstalled meanwhile is not there any more
            static_cast<void>(configured_.replaceFactory(identity, factory));
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

// Brings `replay` to the configured set, and says how.
std::string AgentAdministration::exportInstallations(AgentRegistry& replay) const {
    std::string script;
    for (const auto& agent : builtIns_.agents()) {
        const auto* kept = configured_.find(agent.identity);
        if (kept && kept->factory == agent.factory)
            continue;
        static_cast<void>(replay.uninstall(agent.identity));
        script += "Uninstall-TransportAgent " + quotedLiteral(agent.identity) + " -Confirm:$false\n";
    }
    for (const auto& agent : configured_.agents()) {
        const bool canBeNamed = agent.isLoaded() || agent.assemblyPath == kBuiltInAssembly;
        if (replay.find(agent.identity) || !canBeNamed)
            continue;
        static_cast<void>(
            replay.install(agent.identity, agent.transportAgentFactory, agent.assemblyPath, agent.factory));
        script += "Install-TransportAgent -Name " + quotedLiteral(agent.identity) +
                  " -TransportAgentFactory " + quotedLiteral(agent.transportAgentFactory) +
                  " -AssemblyPath " + quotedLiteral(agent.assemblyPath) + "\n";
    }
    return script;
}

// Who is there first, then enabled states; then the order, moved place by place from the built-in one to the
// configured one.
std::string AgentAdministration::exportScript() const {
    const std::lock_guard lock(mutex_);
    auto replay = builtIns_;
    auto script = exportInstallations(replay);
    for (const auto& agent : configured_.agents()) {
        const auto* original = replay.find(agent.identity);
        if (original && original->enabled != agent.enabled)
            script += std::string(agent.enabled ? "Enable" : "Disable") + "-TransportAgent " +
                      quotedLiteral(agent.identity) + (agent.enabled ? "" : " -Confirm:$false") + "\n";
    }
    for (std::size_t place = 0; place < configured_.agents().size(); ++place) {
        const auto& identity = configured_.agents()[place].identity;
        if (!replay.find(identity) || place >= replay.agents().size() ||
            iequals(replay.agents()[place].identity, identity))
            continue;
        static_cast<void>(replay.setPriority(identity, static_cast<int>(place) + 1));
        script += "Set-TransportAgent " + quotedLiteral(identity) + " -Priority " +
                  std::to_string(place + 1) + "\n";
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
