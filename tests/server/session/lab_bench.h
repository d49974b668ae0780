// What the tests of whole sessions share: an agent that sees every event and does at each what the test wrote
// into its script, and the few sentences that every dialogue consists of.
#pragma once

#include <edge/agent.h>
#include <edge/testenv/lab.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge::bench {

inline constexpr const char* kStranger = "203.0.113.9";
inline constexpr const char* kSender = "ann@fabrikam.com";
inline constexpr const char* kMary = "mary@adventureworks.com";

// What the scripted agent does at an event.
enum class Act {
    Watch,
    RejectTemporary,
    RejectPermanent,
    RejectAndDisconnect,
    Disconnect,
    Throw,
    ThrowForeign, // something that is no std::exception
    Discard,
    Quarantine,
};
// What it rejects with.
const SmtpResponse& temporaryRefusal();
const SmtpResponse& permanentRefusal();

// One OnReject.
struct SeenReject {
    AgentEvent event;
    ParsingStatus status;
    std::string command;
    SmtpResponse response;
    bool hasMailItem;
};

// What the agents of all sessions do, and what they saw. Outlives the Lab it is installed in.
struct Script {
    std::map<AgentEvent, Act> acts;
    std::map<AgentEvent, SmtpResponse> responses;          // instead of those above
    std::map<AgentEvent, Duration> waits;                  // before the act
    std::map<std::string, std::string> rewrites;           // of recipients, at RCPT
    AgentEvent removeRecipientsAt = AgentEvent::OnConnect; // OnConnect: nowhere

    std::vector<AgentEvent> events;
    std::vector<SeenReject> rejects;
    std::vector<DisconnectReason> disconnects;
    std::vector<std::string> recipients; // as this agent saw them at RCPT
    std::vector<std::string> headers;    // the whole block, at each OnEndOfHeaders
    std::vector<std::string> removed;    // events at which the item had no recipients

    std::size_t count(AgentEvent event) const;
    // "OnConnect OnEhloCommand ..."
    std::string eventText() const;
};

// Overrides every event.
class ScriptedAgentFactory final : public AgentFactory {
public:
    explicit ScriptedAgentFactory(Script& script)
        : script_(script) {}
    EventSet events() const override;
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer& server) override;

private:
    Script& script_;
};

void installScript(testenv::Lab& lab, Script& script, const std::string& identity = "Scripted Agent");

// A small message: header, blank line, body. The parts that a test compares are given apart.
inline constexpr const char* kHeader = "From: Ann <ann@fabrikam.com>\r\n"
                                       "To: mary@adventureworks.com\r\n"
                                       "Subject: Greetings\r\n"
                                       "Date: Mon, 3 Jun 2019 08:59:00 +0000\r\n"
                                       "Message-ID: <first@fabrikam.com>\r\n";
inline constexpr const char* kBody = "Dear Mary,\r\n\r\n.a dot begins this line\r\nYours, Ann\r\n";
std::string message(std::string_view body = kBody);

// EHLO and one message to Mary; the reply that ended it.
SmtpResponse sendOne(testenv::LabClient& client, std::string_view body = kBody);
// The server's own decision that tells a message's acceptance: its number.
std::string lastInternalId(testenv::Lab& lab);
// The last decision of that reason; a failed assertion where there is none.
Decision decisionBecause(testenv::Lab& lab, std::string_view reason);
// Fields of a row of the agent log, which quotes nothing here.
std::vector<std::string> fieldsOf(const std::string& row);
// Rows of the agent log that this agent wrote.
std::vector<std::string> agentLogOf(testenv::Lab& lab, std::string_view agent = "Scripted Agent");
// Lines as a test writes them, with the line ends of the wire.
std::string crlf(std::string_view lines);

} // namespace edge::bench
