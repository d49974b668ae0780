// PipelineSnapshot: the enabled agents, sorted by event and then priority, immutable. A session runs the
// snapshot it began with to its end, whatever administrators do meanwhile.
#pragma once

#include <edge/agent_registry.h>

#include <array>
#include <memory>
#include <vector>

namespace edge {

class PipelineSnapshot {
public:
    explicit PipelineSnapshot(const AgentRegistry& registry);

    // The enabled agents, priority order.
    const std::vector<InstalledAgent>& agents() const { return agents_; }
    // Indexes into agents(), in the order in which they are called at `event`.
    const std::vector<std::size_t>& order(AgentEvent event) const {
        return order_[static_cast<std::size_t>(event)];
    }

private:
    std::vector<InstalledAgent> agents_;
    std::array<std::vector<std::size_t>, kAgentEventCount> order_;
};

using PipelineSnapshotPtr = std::shared_ptr<const PipelineSnapshot>;

} // namespace edge
