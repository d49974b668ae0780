// A session as replay, shrink and to-scenario see it: what it was given (configuration, answers of the DNS,
// what the client said and when it waited) and what came of it (replies, decisions, the end). The first half
// can be played again, as it is or cut down; the second half is what two playings are compared by.
#pragma once

#include <edge/testenv/recording/recording.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

// Octets that came together, and how long the client had paused before.
struct Piece {
    Duration pause{};
    std::string bytes;
    bool operator==(const Piece&) const = default;
};

// What asks for one reply: a line, or a message with its dot. A fragment is what the session broke off in.
struct Utterance {
    enum class Kind { Line, Content, Fragment };
    Kind kind = Kind::Line;
    std::vector<Piece> pieces;
    bool waits = true; // the client heard the reply before it said more

    std::string bytes() const;
    bool operator==(const Utterance&) const = default;
};

// How the client left.
enum class Leaving {
    Stays,   // until the server closes
    Ends,    // FIN
    Resets,  // RST
    Unknown, // the recording ends before
};

// What a session is given.
struct SessionCase {
    UtcTime started{};
    Endpoint client;
    Endpoint server;                  // that connectors are chosen by
    std::vector<std::string> script;  // the configuration, a statement each
    std::vector<std::string> entries; // cmdlets for recipients and IP list entries
    std::vector<RecordedAnswer> answers;
    std::vector<Utterance> said;
    Leaving leaving = Leaving::Stays;
    Duration leavingPause{};
};

struct HeardReply {
    std::vector<std::string> lines; // without line ends; empty: none came
    Duration took{};                // since the client's last word

    bool isEmpty() const { return lines.empty(); }
    // The last line: what decides.
    std::string_view verdict() const { return lines.empty() ? std::string_view{} : lines.back(); }
};

// What came of it.
struct SessionOutcome {
    HeardReply banner;
    std::vector<HeardReply> replies; // one for each thing said
    std::vector<HeardReply> more;    // that nobody had asked for
    std::vector<RecordedDecision> decisions;
    bool closed = false;                // by the server
    std::size_t published = 0;          // messages in Replay; known of a playing only
    std::vector<std::string> questions; // to the DNS that nobody had an answer for; the same
};

struct Dialogue {
    SessionCase given;
    SessionOutcome outcome;
};

Dialogue dialogueOf(const Recording& recording);

// A script cut into statements, without comments.
std::vector<std::string> statementsOf(std::string_view script);

// A "name TYPE value" line for each record, and the other outcomes as a zone says them.
std::vector<std::string> zoneLines(const std::vector<RecordedAnswer>& answers);

} // namespace edge::testenv
