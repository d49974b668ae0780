#include <edge/pipeline_snapshot.h>

namespace edge {

PipelineSnapshot::PipelineSnapshot(const AgentRegistry& registry) {
    for (const auto& agent : registry.agents())
        if (agent.enabled)
            agents_.push_back(agent);
    for (std::size_t index = 0; index < agents_.size(); ++index) {
        const auto events = agents_[index].factory->events();
        for (std::size_t event = 0; event < kAgentEventCount; ++event)
            if (events.test(event))
                order_[event].push_back(index);
    }
}

} // namespace edge
