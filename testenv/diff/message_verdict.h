// What became of one message at one server, and why: the last word of a session, taken from its decisions and
// replies. Two verdicts are compared by what a sender and a recipient would notice, not by ids and times.
#pragma once

#include <edge/decision.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

enum class Outcome {
    Accepted,
    Quarantined, // the sender was told 250, an administrator gets it
    Deleted,     // the sender was told 250, nobody gets it
    Deferred,    // 4xx
    Refused,     // 5xx
};
std::string_view outcomeWord(Outcome outcome);

struct MessageVerdict {
    Outcome outcome = Outcome::Accepted;
    // Who decided it, at which event, why; empty where nobody objected.
    std::string agent;
    std::optional<AgentEvent> event = {};
    std::string reason;
    std::string data;           // the datum that decided: an SCL, a domain
    std::string reply;          // what a refused sender was told
    std::optional<int> scl;     // the spam confidence level, where one was given
    std::size_t recipients = 0; // that still get it

    // The same to sender and recipients. The score counts only where it travels on with the message.
    bool sameAs(const MessageVerdict& other) const;
    // "accepted, SCL 0", "refused by Content Filter Agent (SclAtOrAboveRejectThreshold)".
    std::string cause() const;
};

// Of a session that sent one message: its decisions, and the reply that ended the transaction (the refusal,
// or the answer to the dot; empty where the server closed without a word). `accepted`: recipients that were
// taken at RCPT.
MessageVerdict verdictOf(const std::vector<Decision>& decisions, const SmtpResponse& lastReply,
                         std::size_t accepted);

} // namespace edge::testenv
