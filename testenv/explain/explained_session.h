// ExplainedSession: one session as a chain of causes. What the client said, what each agent looked at and
// did, what became of the message on the way, what the client heard, and what was left in the end: plain
// values that text, JSON and HTML are written from.
#pragma once

#include <edge/base/clock.h>
#include <edge/decision.h>
#include <edge/evidence.h>
#include <edge/resolver.h>
#include <edge/testenv/header_difference.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

// A question to the DNS and what came back.
struct ExplainedLookup {
    std::string name;
    DnsType type = DnsType::A;
    DnsAnswer answer;
};

// What somebody did to the message.
struct ExplainedChange {
    std::vector<HeaderDifference> headers;
    std::vector<std::string> recipientsBefore; // both empty where they stayed
    std::vector<std::string> recipientsAfter;
    std::optional<std::uint64_t> bodyBefore; // octets; none where the body stayed
    std::optional<std::uint64_t> bodyAfter;

    bool empty() const {
        return headers.empty() && recipientsBefore.empty() && recipientsAfter.empty() && !bodyBefore;
    }
};

// How it is known that Exchange does so, too.
struct ExplainedEvidence {
    EvidenceKind kind = EvidenceKind::Reply; // of what: the reply, or the reason word
    Evidence evidence;
};

// One call of an agent, or one rule of the server that had something to say.
struct ExplainedCall {
    Decision decision;
    Duration realTime{}; // of the processor's clock; what the session waited for is decision.elapsed
    ExplainedChange change;
    std::vector<ExplainedLookup> lookups;
    std::vector<ExplainedEvidence>
        evidence; // of what it did; empty where nothing was done, or nothing is known
};

// One thing that the client did, and what followed.
struct ExplainedStep {
    Duration at{};    // since the session began
    std::string said; // "MAIL FROM:<ann@fabrikam.com>"; empty: it connected
    std::vector<ExplainedCall> calls;
    std::vector<std::string> reply; // its lines; none: the server closed instead
    Duration waited{};              // for the reply
    bool closed = false;            // the server closed the connection
};

// What the server itself did to the message, before its agents and after them.
struct ExplainedServerChanges {
    ExplainedChange atHeaders;    // header firewall, Received
    ExplainedChange atAcceptance; // missing fields, stamps
};

enum class Fate { Delivered, Refused, Deleted, Quarantined };
std::string_view toString(Fate fate);

struct RecipientEnd {
    std::string address;
    Fate fate = Fate::Refused;
    std::string reply; // of a refusal: what the client was told
};

// A file that lies in Replay.
struct ExplainedFile {
    std::string name;
    std::string sender; // "<>" for reports
    std::vector<std::string> recipients;
    std::uint64_t size = 0;
};

// Where a call stands.
struct CallPlace {
    std::size_t step = 0;
    std::size_t call = 0;
    bool operator==(const CallPlace&) const = default;
};

struct ExplainedSession {
    // What it was played with.
    std::string serverName;
    std::string profile;
    UtcTime start{};
    // What happened.
    std::vector<ExplainedStep> steps;
    ExplainedServerChanges server;
    std::vector<ExplainedCall> routing; // behind the 250
    Duration took{};                    // virtual
    // The end.
    std::vector<RecipientEnd> recipients;
    std::vector<CallPlace> causes; // calls and rules that kept the message from somebody, the first one first
    std::vector<ExplainedFile> files;
    std::vector<std::string> agentLog; // rows
    // What else the server knew, for what might have been meant.
    std::vector<std::string> knownRecipients;
    std::vector<std::string> acceptedDomains;

    bool letThrough() const;
    const ExplainedCall* cause() const;
};

} // namespace edge::testenv
