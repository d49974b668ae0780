// A scenario as the parser leaves it: what is set up, and the steps in the order in which they are played.
// Plain values without behaviour, so that parser, runner, documentation and coverage share one picture of the
// language (docs/scenario-language.md).
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/base/profile.h>
#include <edge/decision.h>
#include <edge/evidence.h>
#include <edge/resolver.h>
#include <edge/virus_scanner.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace edge::testenv {

// Where something stands in a file.
struct ScenarioPlace {
    std::string file;
    int line = 0;   // from 1
    int column = 1; // in octets, from 1

    // "blank_sender.scenario:4:1"
    std::string toString() const;
    bool operator==(const ScenarioPlace&) const = default;
};

// Steps. Each is one line of the language, with what stands beneath it.
namespace step {

// "client B 198.51.100.2", or "client B" to go on as B.
struct Client {
    std::string name;
    std::optional<IpAddress> address;
};
// Octets for the server: a line with its CRLF, raw bytes, or a whole message with its dot.
struct Send {
    std::string bytes;
};
// Banner and EHLO.
struct Hello {
    std::string domain;
};
// MAIL, RCPT for each, DATA.
struct Envelope {
    std::string from;
    std::vector<std::string> recipients;
};
enum class ReplyMatch { Prefix, Exact, Regex, HasLine, LacksLine, Closed };
// What the server shall say.
struct Reply {
    ReplyMatch match = ReplyMatch::Prefix;
    std::string text;
    std::optional<Duration> after;
};
// The server says nothing for that long.
struct Silence {
    Duration span{};
};
enum class Ending {
    End,    // nothing more to say: half-close
    Cut,    // reset
    Vanish, // the cable is pulled
};
struct Leave {
    Ending ending = Ending::End;
    std::optional<std::size_t> after; // in the middle of what comes next, behind so many octets
};
// STARTTLS and the handshake.
struct StartTls {};
// The server gets at most so many octets from one read.
struct Pieces {
    std::size_t octets = 1;
};
// "PS> ...", the lines it shall print, and the errors it shall give.
struct Cmdlets {
    std::string script;
    std::vector<std::string> output; // "...": any lines
    std::vector<std::string> errors; // pieces of them
    int outputLine = 0;              // of the first expected line, or of the one behind the cmdlets
};
struct Zone {
    std::string text;
};
struct DnsStrict {};
struct Directory {
    std::vector<std::string> addresses;
};
// What the classifier says from now on; none: it cannot say.
struct Scl {
    std::optional<int> level;
};
// What the virus engine does at one scan, or from one on.
struct Scanner {
    std::uint64_t scan = 1; // the first scan that is meant
    bool once = false;      // that one only
    ScanVerdict verdict;
    Duration after{};
    bool hangs = false;
};
struct Advance {
    Duration span{};
};
struct Wait {};

enum class FaultKind { DiskFull, DiskSync, DiskRepaired, AgentThrows, PeerResets, PeerSilent };
struct Fault {
    FaultKind kind = FaultKind::DiskFull;
    std::string subject;                // the agent, or the verb behind which the peer resets
    std::optional<std::uint64_t> count; // how often; none: until repaired. The operation of a PeerSilent.
};

// "agent ...": a decision that was made, or was not.
struct ExpectDecision {
    bool absent = false;
    std::string agent;               // empty: any
    std::optional<AgentEvent> event; // none: any
    std::optional<Action> action;    // none: any; with `absent`: any but None
    std::optional<std::string> response;
    std::optional<std::string> reason;
    std::optional<std::string> data;
    std::vector<DecisionInput> inputs;
};
struct ExpectReplay {
    std::size_t count = 0;
};
enum class TextMatch { Contains, Is, Matches, Present };
// Before or after an agent's work on the message that it saw last.
struct HeaderMoment {
    bool before = false;
    std::string agent;
    std::optional<AgentEvent> event; // none: its first call for that message, or its last
};
// "file Replay/1 header Subject is x", "log agent contains x", "header Subject after \"My Agent\" is x".
struct ExpectText {
    enum class Source { Replay, File, AgentLog, ReceiveLog, Agent };
    Source source = Source::File;
    std::size_t number = 0;            // of the Replay file or of a log's row, from 1
    bool lastRow = false;              // of a log, whatever its number
    std::string path;                  // of a File
    std::optional<std::string> header; // only the fields of that name
    std::optional<std::string> column; // only that field of a row
    bool body = false;                 // only the body
    HeaderMoment moment;               // of Agent
    bool negated = false;
    TextMatch match = TextMatch::Contains;
    std::string text;
    bool isBlock = false; // stands beneath the line, up to its END
};
struct ExpectRows {
    std::size_t count = 0; // of the agent log
};
struct ExpectQuestion {
    bool negated = false;
    std::string name;
    std::optional<DnsType> type;
    std::optional<std::uint64_t> count; // exactly so often; none: at least once
};
struct ExpectScans {
    std::uint64_t count = 0;
};

} // namespace step

using StepAction =
    std::variant<step::Client, step::Send, step::Hello, step::Envelope, step::Reply, step::Silence,
                 step::Leave, step::Pieces, step::Cmdlets, step::Zone, step::DnsStrict, step::Directory,
                 step::Scl, step::Scanner, step::StartTls, step::Advance, step::Wait, step::Fault,
                 step::ExpectDecision, step::ExpectReplay, step::ExpectText, step::ExpectRows,
                 step::ExpectQuestion, step::ExpectScans>;

struct Step {
    ScenarioPlace place;
    std::string text;        // the line, parameters filled in
    bool isTemplate = false; // a parameter was filled in: --update leaves it alone
    StepAction action;
};

// "skip unless agent ...", "require agent ...".
struct Condition {
    enum class Kind { Agent, Cmdlet, File, Tls };
    Kind kind = Kind::Agent;
    std::string what;
    bool required = false; // where it does not hold, the scenario fails
    ScenarioPlace place = {};
    std::string line = {};

    // "agent Sender Filter Agent"
    std::string toString() const;
};

struct Scenario {
    std::string name;  // the path without its extension, "[2]" behind it for the second row of a table
    std::string title; // the comment it begins with
    std::string file;
    int line = 1;                   // of the row, or 1
    std::set<std::string> readFrom; // its file, what it includes, the messages it sends
    std::vector<std::string> tags;
    std::vector<Evidence> evidence;
    std::vector<Condition> conditions;
    ProfileId profile = kDefaultProfile;
    bool bare = false;
    std::optional<std::uint64_t> seed;
    std::vector<Step> steps;
};

} // namespace edge::testenv
