// SmtpReceiveAgent: one virtual method for each SMTP receive event, each doing nothing. Overriding is
// subscribing: which events an agent handles is read off its type, so Get-TransportPipeline is derived and
// never declared.
#pragma once

#include <edge/base/task.h>
#include <edge/event_args.h>
#include <edge/event_sources.h>

#include <type_traits>

namespace edge {

// One instance a session, made at connect and dropped after OnDisconnect (platform.md 1.1): fields are
// per-session state, so agents need no locks; what belongs to one message they reset themselves at
// OnMailCommand. Handlers may wait with co_await; a peer that goes away cancels the wait. OnReject and
// OnDisconnect always run.
class SmtpReceiveAgent {
public:
    virtual ~SmtpReceiveAgent() = default;

    virtual Task<> onConnect(ConnectEventSource& source, const ConnectEventArgs& e);
    virtual Task<> onHeloCommand(ReceiveCommandEventSource& source, const HeloCommandEventArgs& e);
    virtual Task<> onEhloCommand(ReceiveCommandEventSource& source, const EhloCommandEventArgs& e);
    virtual Task<> onStartTlsCommand(ReceiveCommandEventSource& source, const StartTlsCommandEventArgs& e);
    virtual Task<> onAuthCommand(ReceiveCommandEventSource& source, const AuthCommandEventArgs& e);
    virtual Task<> onProcessAuthentication(ReceiveCommandEventSource& source,
                                           const ProcessAuthenticationEventArgs& e);
    virtual Task<> onEndOfAuthentication(EndOfAuthenticationEventSource& source,
                                         const EndOfAuthenticationEventArgs& e);
    virtual Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e);
    virtual Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e);
    virtual Task<> onDataCommand(ReceiveCommandEventSource& source, const DataCommandEventArgs& e);
    virtual Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e);
    virtual Task<> onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e);
    virtual Task<> onHelpCommand(ReceiveCommandEventSource& source, const HelpCommandEventArgs& e);
    virtual Task<> onNoopCommand(ReceiveCommandEventSource& source, const NoopCommandEventArgs& e);
    virtual Task<> onReject(RejectEventSource& source, const RejectEventArgs& e);
    virtual Task<> onRsetCommand(ReceiveCommandEventSource& source, const RsetCommandEventArgs& e);
    virtual Task<> onDisconnect(DisconnectEventSource& source, const DisconnectEventArgs& e);
};

// The events that A overrides, found at compile time: a pointer to an inherited method has the base's type.
template <class A>
requires std::is_base_of_v<SmtpReceiveAgent, A> EventSet handledEvents() {
    EventSet events;
    const auto add = [&events](AgentEvent event, bool inherited) {
        events.set(static_cast<std::size_t>(event), !inherited);
    };
    using B = SmtpReceiveAgent;
    add(AgentEvent::OnConnect, std::is_same_v<decltype(&A::onConnect), decltype(&B::onConnect)>);
    add(AgentEvent::OnHeloCommand, std::is_same_v<decltype(&A::onHeloCommand), decltype(&B::onHeloCommand)>);
    add(AgentEvent::OnEhloCommand, std::is_same_v<decltype(&A::onEhloCommand), decltype(&B::onEhloCommand)>);
    add(AgentEvent::OnStartTlsCommand,
        std::is_same_v<decltype(&A::onStartTlsCommand), decltype(&B::onStartTlsCommand)>);
    add(AgentEvent::OnAuthCommand, std::is_same_v<decltype(&A::onAuthCommand), decltype(&B::onAuthCommand)>);
    add(AgentEvent::OnProcessAuthentication,
        std::is_same_v<decltype(&A::onProcessAuthentication), decltype(&B::onProcessAuthentication)>);
    add(AgentEvent::OnEndOfAuthentication,
        std::is_same_v<decltype(&A::onEndOfAuthentication), decltype(&B::onEndOfAuthentication)>);
    add(AgentEvent::OnMailCommand, std::is_same_v<decltype(&A::onMailCommand), decltype(&B::onMailCommand)>);
    add(AgentEvent::OnRcptCommand, std::is_same_v<decltype(&A::onRcptCommand), decltype(&B::onRcptCommand)>);
    add(AgentEvent::OnDataCommand, std::is_same_v<decltype(&A::onDataCommand), decltype(&B::onDataCommand)>);
    add(AgentEvent::OnEndOfHeaders,
        std::is_same_v<decltype(&A::onEndOfHeaders), decltype(&B::onEndOfHeaders)>);
    add(AgentEvent::OnEndOfData, std::is_same_v<decltype(&A::onEndOfData), decltype(&B::onEndOfData)>);
    add(AgentEvent::OnHelpCommand, std::is_same_v<decltype(&A::onHelpCommand), decltype(&B::onHelpCommand)>);
    add(AgentEvent::OnNoopCommand, std::is_same_v<decltype(&A::onNoopCommand), decltype(&B::onNoopCommand)>);
    add(AgentEvent::OnReject, std::is_same_v<decltype(&A::onReject), decltype(&B::onReject)>);
    add(AgentEvent::OnRsetCommand, std::is_same_v<decltype(&A::onRsetCommand), decltype(&B::onRsetCommand)>);
    add(AgentEvent::OnDisconnect, std::is_same_v<decltype(&A::onDisconnect), decltype(&B::onDisconnect)>);
    return events;
}

} // namespace edge
