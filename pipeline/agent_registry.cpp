#include <edge/agent_registry.h>
#include <edge/base/text.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kMaxIdentityLength = 64; // agents.md 1.1

} // namespace

Result<> AgentRegistry::install(std::string identity, std::string factoryName, std::string assemblyPath,
                                std::shared_ptr<AgentFactory> factory, bool enabled) {
    if (identity.empty() || identity.size() > kMaxIdentityLength)
        return Error{Errc::InvalidArgument, "an agent's name has 1 to 64 characters"};
    if (find(identity))
        return Error{Errc::AlreadyExists, "The transport agent \"" + identity + "\" is already installed."};
    agents_.push_back({std::move(identity), std::move(factoryName), std::move(assemblyPath), enabled,
                       std::move(factory), std::make_shared<AgentStatistics>()});
    return {};
}

Result<> AgentRegistry::uninstall(std::string_view identity) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    agents_.erase(agents_.begin() + static_cast<std::ptrdiff_t>(*index));
    return {};
}

Result<> AgentRegistry::setEnabled(std::string_view identity, bool enabled) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    agents_[*index].enabled = enabled;
    return {};
}

Result<> AgentRegistry::setPriority(std::string_view identity, int priority) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    if (priority < 0 || priority > static_cast<int>(agents_.size()))
        return Error{Errc::InvalidArgument, "Priority must be between 0 and " +
                                                std::to_string(agents_.size()) + ", the number of agents."};
    const auto from = agents_.begin() + static_cast<std::ptrdiff_t>(*index);
    const auto to = agents_.begin() + std::max(priority, 1) - 1;
    if (from < to)
        std::rotate(from, from + 1, to + 1);
    else
        std::rotate(to, from, from + 1);
    return {};
}

const InstalledAgent* AgentRegistry::find(std::string_view identity) const {
    const auto index = indexOf(identity);
    return index ? &agents_[*index] : nullptr;
}

Result<> AgentRegistry::replaceFactory(std::string_view identity, std::shared_ptr<AgentFactory> factory) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    agents_[*index].factory = std::move(factory);
    return {};
}

void AgentRegistry::resetStatistics() {
    for (auto& agent : agents_)
        agent.statistics = std::make_shared<AgentStatistics>();
}

Result<std::size_t> AgentRegistry::indexOf(std::string_view identity) const {
    for (std::size_t i = 0; i < agents_.size(); ++i)
        if (iequals(agents_[i].identity, identity))
            return i;
    return Error{Errc::NotFound, "The transport agent \"" + std::string(identity) + "\" couldn't be found."};
}

} // namespace edge
