// What may be done at each event (platform.md 1.4). Each event's source type carries only its legal acts, so
// a wrong act does not compile. The first terminal act ends the event: lower agents are not called, OnReject
// runs, the client gets the reply. Every act takes an optional Because; an act without one is logged as
// "AgentAction".
#pragma once

#include <edge/base/clock.h>
#include <edge/decision.h>
#include <edge/mail/mail_item.h>
#include <edge/mail/routing_address.h>
#include <edge/mail/smtp_response.h>

#include <optional>
#include <string>
#include <vector>

namespace edge {

// What one handler call did: written by sources, read by the dispatcher.
struct CallRecord {
    Action action = Action::None;
    SmtpResponse response;
    Because because{"", ""};
    std::vector<Effect> effects;
    std::vector<DecisionInput> inputs;
    std::string diagnostics;
    bool terminal = false;         // the event is over
    bool disconnect = false;       // the connection closes after the reply
    std::optional<Duration> defer; // routing: try again later
};

// Common to all sources.
class EventSource {
public:
    explicit EventSource(CallRecord& record)
        : record_(record) {}
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;

    // Notes what was looked at, for the decision record; also where nothing is done about it.
    void addInput(std::string what, std::string value);
    // Free text beside the decision.
    void setDiagnostics(std::string text) { record_.diagnostics = std::move(text); }
    // States why without acting: "looked, matched, let pass".
    void note(Because because) { record_.because = std::move(because); }

protected:
    // Enters a terminal act; a second one in the same call is kept as an effect only.
    void end(Action action, SmtpResponse response, Because because, std::vector<std::string> targets = {});
    // The SDK's rule: only 4xx and 5xx can refuse. Throws std::invalid_argument otherwise, which is a fault
    // of the agent.
    static void requireRefusal(const SmtpResponse& response);

    CallRecord& record_;
};

class ReceiveEventSource : public EventSource {
public:
    using EventSource::EventSource;
    // Closes the connection: after the reply where the same call refused something, at once (421) otherwise.
    void disconnect(Because because = {});
};

class ConnectEventSource : public ReceiveEventSource {
public:
    using ReceiveEventSource::ReceiveEventSource;
    // The reply takes the banner's place, then the connection closes.
    void rejectConnection(SmtpResponse response, Because because = {});
};

// HELO, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, RSET, NOOP, HELP.
class ReceiveCommandEventSource : public ReceiveEventSource {
public:
    using ReceiveEventSource::ReceiveEventSource;
    // The session goes on; a refused RCPT drops only that recipient.
    void rejectCommand(SmtpResponse response, Because because = {});
};

class EndOfAuthenticationEventSource : public ReceiveEventSource {
public:
    using ReceiveEventSource::ReceiveEventSource;
    void rejectAuthentication(SmtpResponse response, Because because = {});
};

// OnEndOfHeaders, OnEndOfData. Acts on some recipients take these out of `item` and leave the message to the
// others; the client is told nothing of it, since one reply is all that the end of DATA has.
class ReceiveMessageEventSource : public ReceiveEventSource {
public:
    explicit ReceiveMessageEventSource(CallRecord& record, MailItem* item = nullptr)
        : ReceiveEventSource(record)
        , item_(item) {}
    // At OnEndOfHeaders the reply is remembered and given at the final dot (agents.md 1.9).
    void rejectMessage(SmtpResponse response, Because because = {});
    // The client is told 250, nothing is delivered.
    void discardMessage(Because because = {});
    // The client is told 250, the quarantine mailbox gets the message in place of `recipients`. All of them,
    // or none named: the event ends. `quarantineReason` is the text of the delivery report: 550 5.2.1
    // <reason>.
    void quarantine(const std::vector<RoutingAddress>& recipients, std::string quarantineReason,
                    Because because = {});
    // The message goes on without these recipients, who are refused in the log only; no report is sent.
    void rejectRecipients(const std::vector<RoutingAddress>& recipients, SmtpResponse response,
                          Because because = {});
    // The message goes on without these recipients.
    void deleteRecipients(const std::vector<RoutingAddress>& recipients, Because because = {});
    // Records AcceptMessage in the agent log; not terminal, later agents still run.
    void acceptMessage(Because because = {});

private:
    bool isEverybody(const std::vector<RoutingAddress>& recipients) const;
    std::vector<EnvelopeRecipient> takeOut(const std::vector<RoutingAddress>& recipients);
    void actOn(const std::vector<RoutingAddress>& recipients, Action action, SmtpResponse response,
               Because because);

    MailItem* item_;
};

// OnReject: the refusal is decided, only closing is left.
class RejectEventSource : public ReceiveEventSource {
public:
    using ReceiveEventSource::ReceiveEventSource;
};

// OnDisconnect: nothing can be done any more.
class DisconnectEventSource : public EventSource {
public:
    using EventSource::EventSource;
};

// OnSubmittedMessage, OnRoutedMessage, OnCategorizedMessage.
class QueuedMessageEventSource : public EventSource {
public:
    using EventSource::EventSource;
    // Back into the queue with its original content; tried again after `delay`.
    void defer(Duration delay, Because because = {});
    // Dropped silently, no DSN.
    void deleteMessage(Because because = {});
};

// OnResolvedMessage; routing overrides come with SMTP delivery.
class ResolvedMessageEventSource : public QueuedMessageEventSource {
public:
    using QueuedMessageEventSource::QueuedMessageEventSource;
};

} // namespace edge
