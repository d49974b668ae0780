// Overriding is subscribing: the events of an agent are read off its type.
#include <edge/agent.h>

#include <doctest/doctest.h>

#include <string>

namespace edge {
namespace {

class Idle final : public SmtpReceiveAgent {};

class One final : public SmtpReceiveAgent {
public:
    Task<> onMailCommand(ReceiveCommandEventSource&, MailCommandEventArgs&) override { co_return; }
};

class Base : public SmtpReceiveAgent {
public:
    Task<> onEndOfData(ReceiveMessageEventSource&, const EndOfDataEventArgs&) override { co_return; }
};

class Derived final : public Base {
public:
    Task<> onRcptCommand(ReceiveCommandEventSource&, RcptCommandEventArgs&) override { co_return; }
};

class All final : public SmtpReceiveAgent {
public:
    Task<> onConnect(ConnectEventSource&, const ConnectEventArgs&) override { co_return; }
    Task<> onHeloCommand(ReceiveCommandEventSource&, const HeloCommandEventArgs&) override { co_return; }
    Task<> onEhloCommand(ReceiveCommandEventSource&, const EhloCommandEventArgs&) override { co_return; }
    Task<> onStartTlsCommand(ReceiveCommandEventSource&, const StartTlsCommandEventArgs&) override {
        co_return;
    }
    Task<> onAuthCommand(ReceiveCommandEventSource&, const AuthCommandEventArgs&) override { co_return; }
    Task<> onProcessAuthentication(ReceiveCommandEventSource&,
                                   const ProcessAuthenticationEventArgs&) override {
        co_return;
    }
    Task<> onEndOfAuthentication(EndOfAuthenticationEventSource&,
                                 const EndOfAuthenticationEventArgs&) override {
        co_return;
    }
    Task<> onMailCommand(ReceiveCommandEventSource&, MailCommandEventArgs&) override { co_return; }
    Task<> onRcptCommand(ReceiveCommandEventSource&, RcptCommandEventArgs&) override { co_return; }
    Task<> onDataCommand(ReceiveCommandEventSource&, const DataCommandEventArgs&) override { co_return; }
    Task<> onEndOfHeaders(ReceiveMessageEventSource&, const EndOfHeadersEventArgs&) override { co_return; }
    Task<> onEndOfData(ReceiveMessageEventSource&, const EndOfDataEventArgs&) override { co_return; }
    Task<> onHelpCommand(ReceiveCommandEventSource&, const HelpCommandEventArgs&) override { co_return; }
    Task<> onNoopCommand(ReceiveCommandEventSource&, const NoopCommandEventArgs&) override { co_return; }
    Task<> onReject(RejectEventSource&, const RejectEventArgs&) override { co_return; }
    Task<> onRsetCommand(ReceiveCommandEventSource&, const RsetCommandEventArgs&) override { co_return; }
    Task<> onDisconnect(DisconnectEventSource&, const DisconnectEventArgs&) override { co_return; }
};

class Router final : public RoutingAgent {
public:
    Task<> onSubmittedMessage(QueuedMessageEventSource&, const QueuedMessageEventArgs&) override {
        co_return;
    }
    Task<> onRoutedMessage(QueuedMessageEventSource&, const QueuedMessageEventArgs&) override { co_return; }
};

EventSet setOf(std::initializer_list<AgentEvent> events) {
    EventSet set;
    for (const auto event : events)
        set.set(static_cast<std::size_t>(event));
    return set;
}

TEST_CASE("An agent handles what it overrides, itself or through a base") {
    CHECK(handledEvents<Idle>().none());
    CHECK(handledEvents<One>() == setOf({AgentEvent::OnMailCommand}));
    CHECK(handledEvents<Derived>() == setOf({AgentEvent::OnEndOfData, AgentEvent::OnRcptCommand}));
    CHECK(handledEvents<Router>() == setOf({AgentEvent::OnSubmittedMessage, AgentEvent::OnRoutedMessage}));
}

TEST_CASE("Every receive event can be handled") {
    const auto events = handledEvents<All>();
    for (const auto& event : agentEvents()) {
        CAPTURE(std::string(event.sdkName));
        CHECK(events.test(static_cast<std::size_t>(event.event)) != event.routing);
    }
}

TEST_CASE("A simple factory makes the kind of agent that it was made for") {
    CHECK(SimpleAgentFactory<One>().events() == handledEvents<One>());
    CHECK(SimpleAgentFactory<Router>().events() == handledEvents<Router>());
}

} // namespace
} // namespace edge
