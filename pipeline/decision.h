// Decision: the one record that each agent call leaves, a superset of Exchange's agent-log fields
// (platform.md 6.4). Agent log, terminal, trace, web console, explanations and tests are readers of this
// stream; none of them asks an agent anything. The server's own refusals (relay, limits, syntax) leave the
// same record under kServerAgent.
#pragma once

#include <edge/agent_event.h>
#include <edge/base/clock.h>
#include <edge/base/guid.h>
#include <edge/base/ip_address.h>
#include <edge/mail/smtp_response.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Who decides when no agent does.
inline constexpr std::string_view kServerAgent = "SMTP Receive";

// The action words of Exchange's agent log (platform.md 1.4), and two of ours: None (looked, did nothing) and
// Fault (the agent threw).
enum class Action : std::uint8_t {
    None,
    AcceptMessage,
    DeleteMessage,
    DeleteRecipients,
    Disconnect,
    ModifyHeaders,
    QuarantineMessage,
    QuarantineRecipients,
    RejectAuthentication,
    RejectCommand,
    RejectConnection,
    RejectMessage,
    RejectRecipients,
    Fault,
};
std::string_view toString(Action action);

// Why: a reason word for the agent log (agents.md 13.4) and the datum that decided ("blocked@contoso.com").
struct Because {
    std::string reason = "AgentAction";
    std::string data;
};

// Something the agent looked at: a parameter and its value, a DNS question and its answer, an entry that
// matched.
struct DecisionInput {
    std::string what;
    std::string value;
    bool operator==(const DecisionInput&) const = default;
};

// One thing the call did; a call may refuse *and* close, or remove several recipients.
struct Effect {
    Action action = Action::None;
    std::vector<std::string> targets; // recipients or header names, where the action has some
    bool operator==(const Effect&) const = default;
};

// Session and envelope as they were at this step; shared by all decisions of the step.
struct StepSnapshot {
    std::uint64_t sessionId = 0;
    UtcTime sessionStart{};
    std::uint32_t messageOrdinal = 0; // messages begun in this session, from 1; 0 before the first
    std::string connector;            // name of the Receive connector
    Endpoint localEndpoint;
    Endpoint remoteEndpoint;
    IpAddress enteredOrgFromIp;
    std::string heloDomain;
    std::string messageId;                    // Message-ID header, once known
    std::string p1FromAddress;                // MAIL FROM, "<>" for the null sender, empty before MAIL
    std::vector<std::string> p2FromAddresses; // From and Sender, once known
    std::vector<std::string> recipients;      // accepted so far; at OnRcptCommand the one in question
    Guid networkMessageId;                    // empty before 2013
};

struct Decision {
    UtcTime time{};
    AgentEvent event = AgentEvent::OnConnect;
    std::string agent;
    Action action = Action::None; // the one that counts; all of them are in effects
    // What the client is told because of it; empty where it is told nothing. With quarantine and with acts on
    // some recipients, what the log says: the client is told 250.
    SmtpResponse response;
    std::string reason;
    std::string reasonData;
    std::string diagnostics; // free text: the exception of a fault, the report of a scan
    std::vector<DecisionInput> inputs;
    std::vector<Effect> effects;
    Duration elapsed{};
    bool overrun = false;             // took longer than the agent time limit (platform.md 1.7)
    std::uint32_t revisionBefore = 0; // MailItem::revision() around the call: unequal = it edited the message
    std::uint32_t revision = 0;
    std::string remedy; // the cmdlet that lifts a server limit, or empty
    std::shared_ptr<const StepSnapshot> step;

    bool byServer() const { return agent == kServerAgent; }
};

// A reader of the stream. Called on the session's thread, so a reader takes what it needs and returns;
// callable from several threads at once.
class DecisionSink {
public:
    virtual ~DecisionSink() = default;
    virtual void record(const Decision& decision) = 0;
};

// Hands every decision to all readers, in the order in which they were added.
class DecisionStream final : public DecisionSink {
public:
    // Before the first session starts; the reader outlives the stream.
    void add(DecisionSink& reader) { readers_.push_back(&reader); }
    void record(const Decision& decision) override {
        for (auto* reader : readers_)
            reader->record(decision);
    }

private:
    std::vector<DecisionSink*> readers_;
};

} // namespace edge
