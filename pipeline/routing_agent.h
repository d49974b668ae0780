// RoutingAgent: the categorizer's events (platform.md 1.3), for agents that must see accepted mail on its way
// out.
#pragma once

#include <edge/base/task.h>
#include <edge/event_args.h>
#include <edge/event_sources.h>

#include <type_traits>

namespace edge {

// One instance a message; overriding is subscribing, as for SmtpReceiveAgent.
class RoutingAgent {
public:
    virtual ~RoutingAgent() = default;

    virtual Task<> onSubmittedMessage(QueuedMessageEventSource& source, const QueuedMessageEventArgs& e);
    virtual Task<> onResolvedMessage(ResolvedMessageEventSource& source, const QueuedMessageEventArgs& e);
    virtual Task<> onRoutedMessage(QueuedMessageEventSource& source, const QueuedMessageEventArgs& e);
    virtual Task<> onCategorizedMessage(QueuedMessageEventSource& source, const QueuedMessageEventArgs& e);
};

template <class A>
requires std::is_base_of_v<RoutingAgent, A> EventSet handledEvents() {
    EventSet events;
    const auto add = [&events](AgentEvent event, bool inherited) {
        events.set(static_cast<std::size_t>(event), !inherited);
    };
    using B = RoutingAgent;
    add(AgentEvent::OnSubmittedMessage,
        std::is_same_v<decltype(&A::onSubmittedMessage), decltype(&B::onSubmittedMessage)>);
    add(AgentEvent::OnResolvedMessage,
        std::is_same_v<decltype(&A::onResolvedMessage), decltype(&B::onResolvedMessage)>);
    add(AgentEvent::OnRoutedMessage,
        std::is_same_v<decltype(&A::onRoutedMessage), decltype(&B::onRoutedMessage)>);
    add(AgentEvent::OnCategorizedMessage,
        std::is_same_v<decltype(&A::onCategorizedMessage), decltype(&B::onCategorizedMessage)>);
    return events;
}

} // namespace edge
