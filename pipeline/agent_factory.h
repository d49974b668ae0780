// An agent factory holds what all sessions share (thread-safe) and makes one agent instance a session, as the
// SDK's CreateAgent does; that is why agents themselves need no locks.
#pragma once

#include <edge/agent_event.h>
#include <edge/routing_agent.h>
#include <edge/smtp_receive_agent.h>
#include <edge/smtp_server.h>

#include <memory>
#include <type_traits>

namespace edge {

// One factory an installed agent, for the life of the process. For C++ agents events() is derived; hosts of
// other agents (plug-ins, external processes, milters) say it at run time.
class AgentFactory {
public:
    virtual ~AgentFactory() = default;
    virtual EventSet events() const = 0;
    // nullptr where the agent is of the other kind. Called on the session's thread; may be called by several
    // at once.
    virtual std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer&) { return nullptr; }
    virtual std::unique_ptr<RoutingAgent> createRoutingAgent(SmtpServer&) { return nullptr; }
};

// The factory of an agent that shares nothing between sessions: A is made from the server, or from nothing.
template <class A>
class SimpleAgentFactory final : public AgentFactory {
public:
    EventSet events() const override { return handledEvents<A>(); }
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer& server) override {
        if constexpr (std::is_base_of_v<SmtpReceiveAgent, A>)
            return make(server);
        else
            return nullptr;
    }
    std::unique_ptr<RoutingAgent> createRoutingAgent(SmtpServer& server) override {
        if constexpr (std::is_base_of_v<RoutingAgent, A>)
            return make(server);
        else
            return nullptr;
    }

private:
    static std::unique_ptr<A> make(SmtpServer& server) {
        if constexpr (std::is_constructible_v<A, SmtpServer&>)
            return std::make_unique<A>(server);
        else
            return std::make_unique<A>();
    }
};

} // namespace edge
