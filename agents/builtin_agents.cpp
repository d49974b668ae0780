#include <edge/agents/attachment_filter/attachment_filter_agent.h>
#include <edge/agents/builtin_agents.h>
#include <edge/agents/connection_filter/connection_filter_agent.h>
#include <edge/agents/content_filter/content_filter_agent.h>
#include <edge/agents/recipient_filter/recipient_filter_agent.h>
#include <edge/agents/sender_filter/sender_filter_agent.h>

namespace edge {
namespace {

struct BuiltInAgent {
    const char* identity;    // exactly as Get-TransportAgent prints it
    const char* factoryName; // ours; the real ones are Microsoft's (platform.md 1.8)
    std::shared_ptr<AgentFactory> (*makeFactory)();
};

template <class A>
std::shared_ptr<AgentFactory> simpleFactory() {
    return std::make_shared<SimpleAgentFactory<A>>();
}

// For agents that share something between sessions.
template <class F>
std::shared_ptr<AgentFactory> sharingFactory() {
    return std::make_shared<F>();
}

// Default priority order.
constexpr BuiltInAgent kBuiltInAgents[] = {
    {"Connection Filtering Agent", "edge::ConnectionFilterAgentFactory",
     simpleFactory<ConnectionFilterAgent>},
    {"Content Filter Agent", "edge::ContentFilterAgentFactory", sharingFactory<ContentFilterAgentFactory>},
    {"Sender Filter Agent", "edge::SenderFilterAgentFactory", simpleFactory<SenderFilterAgent>},
    {"Recipient Filter Agent", "edge::RecipientFilterAgentFactory", simpleFactory<RecipientFilterAgent>},
    {"Attachment Filtering Agent", "edge::AttachmentFilterAgentFactory",
     simpleFactory<AttachmentFilterAgent>},
};

} // namespace

void registerBuiltInAgents(AgentRegistry& registry) {
    for (const auto& agent : kBuiltInAgents) {
        const auto installed =
            registry.install(agent.identity, agent.factoryName, "built in", agent.makeFactory(), true);
        EDGE_ASSERT(installed, "built-in agents are registered once");
    }
}

std::vector<const NounSchema*> builtinAgentSchemas() {
    return {&ipAllowListConfigSchema(),          &ipBlockListConfigSchema(),
            &contentFilterConfigSchema(),        &contentFilterPhraseSchema(),
            &senderFilterConfigSchema(),         &recipientFilterConfigSchema(),
            &attachmentFilterListConfigSchema(), &attachmentFilterEntrySchema()};
}

} // namespace edge
