#include <edge/base/text.h>
#include <edge/tests/session/lab_bench.h>

#include <algorithm>
#include <stdexcept>

namespace edge::bench {
namespace {

struct Foreign {};

class ScriptedAgent final : public SmtpReceiveAgent {
public:
    ScriptedAgent(Script& script, SmtpServer& server)
        : script_(script)
        , server_(server) {}

    Task<> onConnect(ConnectEventSource& source, const ConnectEventArgs&) override {
        return handle(AgentEvent::OnConnect, source);
    }
    Task<> onHeloCommand(ReceiveCommandEventSource& source, const HeloCommandEventArgs&) override {
        return handle(AgentEvent::OnHeloCommand, source);
    }
    Task<> onEhloCommand(ReceiveCommandEventSource& source, const EhloCommandEventArgs&) override {
        return handle(AgentEvent::OnEhloCommand, source);
    }
    Task<> onStartTlsCommand(ReceiveCommandEventSource& source, const StartTlsCommandEventArgs&) override {
        return handle(AgentEvent::OnStartTlsCommand, source);
    }
    Task<> onAuthCommand(ReceiveCommandEventSource& source, const AuthCommandEventArgs&) override {
        return handle(AgentEvent::OnAuthCommand, source);
    }
    Task<> onProcessAuthentication(ReceiveCommandEventSource& source,
                                   const ProcessAuthenticationEventArgs&) override {
        return handle(AgentEvent::OnProcessAuthentication, source);
    }
    Task<> onEndOfAuthentication(EndOfAuthenticationEventSource& source,
                                 const EndOfAuthenticationEventArgs&) override {
        return handle(AgentEvent::OnEndOfAuthentication, source);
    }
    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs&) override {
        return handle(AgentEvent::OnMailCommand, source);
    }
    Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) override {
        script_.recipients.push_back(e.recipientAddress.toString());
        const auto rewrite = script_.rewrites.find(e.recipientAddress.toString());
        if (rewrite != script_.rewrites.end())
            e.recipientAddress = *RoutingAddress::parse(rewrite->second);
        return handle(AgentEvent::OnRcptCommand, source);
    }
    Task<> onDataCommand(ReceiveCommandEventSource& source, const DataCommandEventArgs& e) override {
        noteRecipients(AgentEvent::OnDataCommand, e.mailItem);
        return handle(AgentEvent::OnDataCommand, source);
    }
    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override {
        noteRecipients(AgentEvent::OnEndOfHeaders, e.mailItem);
        script_.headers.push_back(e.headers.toBytes());
        return handle(AgentEvent::OnEndOfHeaders, source);
    }
    Task<> onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e) override {
        noteRecipients(AgentEvent::OnEndOfData, e.mailItem);
        return handle(AgentEvent::OnEndOfData, source);
    }
    Task<> onHelpCommand(ReceiveCommandEventSource& source, const HelpCommandEventArgs&) override {
        return handle(AgentEvent::OnHelpCommand, source);
    }
    Task<> onNoopCommand(ReceiveCommandEventSource& source, const NoopCommandEventArgs&) override {
        return handle(AgentEvent::OnNoopCommand, source);
    }
    Task<> onReject(RejectEventSource& source, const RejectEventArgs& e) override {
        script_.rejects.push_back(
            {e.originalEvent, e.parsingStatus, e.command, e.smtpResponse, e.mailItem != nullptr});
        return handle(AgentEvent::OnReject, source);
    }
    Task<> onRsetCommand(ReceiveCommandEventSource& source, const RsetCommandEventArgs&) override {
        return handle(AgentEvent::OnRsetCommand, source);
    }
    Task<> onDisconnect(DisconnectEventSource& source, const DisconnectEventArgs& e) override {
        script_.disconnects.push_back(e.disconnectReason);
        return handle(AgentEvent::OnDisconnect, source);
    }

private:
    void noteRecipients(AgentEvent event, MailItem& item) {
        if (item.recipients.empty())
            script_.removed.emplace_back(toString(event));
        while (script_.removeRecipientsAt == event && !item.recipients.empty())
            item.recipients.remove(RoutingAddress(item.recipients[0].address));
    }

    template <class Source>
    Task<> handle(AgentEvent event, Source& source) {
        script_.events.push_back(event);
        if (const auto wait = script_.waits.find(event); wait != script_.waits.end())
            co_await server_.clock().waitUntil(server_.clock().steadyNow() + wait->second);
        const auto act = script_.acts.find(event);
        if (act != script_.acts.end())
            perform(act->second, event, source);
    }

    template <class Source>
    void perform(Act act, AgentEvent event, Source& source) {
        switch (act) {
        case Act::Watch:
            break;
        case Act::RejectTemporary:
            reject(source, responseAt(event, temporaryRefusal()));
            break;
        case Act::RejectPermanent:
            reject(source, responseAt(event, permanentRefusal()));
            break;
        case Act::RejectAndDisconnect:
            reject(source, responseAt(event, permanentRefusal()));
            disconnect(source);
            break;
        case Act::Disconnect:
            disconnect(source);
            break;
        case Act::Throw:
            throw std::runtime_error("scripted");
        case Act::ThrowForeign:
            throw Foreign{};
        case Act::Discard:
        case Act::Quarantine:
            drop(act, source);
            break;
        }
    }

    SmtpResponse responseAt(AgentEvent event, const SmtpResponse& otherwise) const {
        const auto own = script_.responses.find(event);
        return own == script_.responses.end() ? otherwise : own->second;
    }

    template <class Source>
    static void reject(Source& source, const SmtpResponse& response) {
        if constexpr (std::is_base_of_v<ConnectEventSource, Source>)
            source.rejectConnection(response);
        else if constexpr (std::is_base_of_v<ReceiveCommandEventSource, Source>)
            source.rejectCommand(response);
        else if constexpr (std::is_base_of_v<ReceiveMessageEventSource, Source>)
            source.rejectMessage(response);
        else
            throw std::logic_error("nothing can be rejected at this event");
    }

    template <class Source>
    static void disconnect(Source& source) {
        if constexpr (std::is_base_of_v<ReceiveEventSource, Source>)
            source.disconnect();
        else
            throw std::logic_error("nothing can be closed at this event");
    }

    template <class Source>
    static void drop(Act act, Source& source) {
        if constexpr (!std::is_base_of_v<ReceiveMessageEventSource, Source>)
            throw std::logic_error("there is no message at this event");
        else if (act == Act::Discard)
            source.discardMessage();
        else
            source.quarantine({}, "scripted");
    }

    Script& script_;
    SmtpServer& server_;
};

} // namespace

const SmtpResponse& temporaryRefusal() {
    static const SmtpResponse response{450, "4.7.1", "Come back later"};
    return response;
}

const SmtpResponse& permanentRefusal() {
    static const SmtpResponse response{
        550, "5.7.1", std::vector<std::string>{"We do not want this", "and say so in two lines"}};
    return response;
}

std::size_t Script::count(AgentEvent event) const {
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
}

std::string Script::eventText() const {
    std::string text;
    for (const auto event : events)
        text += (text.empty() ? "" : " ") + std::string(toString(event));
    return text;
}

EventSet ScriptedAgentFactory::events() const {
    return handledEvents<ScriptedAgent>();
}

std::unique_ptr<SmtpReceiveAgent> ScriptedAgentFactory::createReceiveAgent(SmtpServer& server) {
    return std::make_unique<ScriptedAgent>(script_, server);
}

void installScript(testenv::Lab& lab, Script& script, const std::string& identity) {
    lab.installFactory(identity, std::make_shared<ScriptedAgentFactory>(script));
}

std::string message(std::string_view body) {
    return kHeader + std::string("\r\n") + std::string(body);
}

SmtpResponse sendOne(testenv::LabClient& client, std::string_view body) {
    client.hello();
    return client.send(kSender, {kMary}, message(body));
}

std::string lastInternalId(testenv::Lab& lab) {
    return decisionBecause(lab, "Queued").reasonData;
}

Decision decisionBecause(testenv::Lab& lab, std::string_view reason) {
    const auto& all = lab.decisions().all();
    for (auto each = all.rbegin(); each != all.rend(); ++each)
        if (each->reason == reason)
            return *each;
    throw std::logic_error("no decision because of " + std::string(reason) + " among\n" +
                           lab.decisions().toString());
}

std::vector<std::string> fieldsOf(const std::string& row) {
    std::vector<std::string> fields;
    for (const auto field : split(row, ','))
        fields.emplace_back(field);
    return fields;
}

std::vector<std::string> agentLogOf(testenv::Lab& lab, std::string_view agent) {
    auto rows = lab.agentLog();
    std::erase_if(rows, [agent](const std::string& row) { return fieldsOf(row).at(10) != agent; });
    return rows;
}

std::string crlf(std::string_view lines) {
    return replaceAll(std::string(lines), "\n", "\r\n");
}

} // namespace edge::bench
