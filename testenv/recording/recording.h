// A recorded session, read back (docs/recordings.md, server/recording/recording_text.h). The text may be
// damaged or made by somebody who means harm: everything is checked, and an error names its line.
#pragma once

#include <edge/base/file_system.h>
#include <edge/decision.h>
#include <edge/resolver.h>
#include <edge/server/recording/recording_text.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace edge::testenv {

// What is said of a decision in a recording; two of them are compared as they stand.
struct RecordedDecision {
    AgentEvent event = AgentEvent::OnConnect;
    std::string agent;
    Action action = Action::None;
    std::string response;
    std::string reason;
    std::string data;
    std::vector<DecisionInput> inputs;

    static RecordedDecision of(const Decision& decision);
    bool operator==(const RecordedDecision&) const = default;
};

struct RecordedPacket {
    bool fromClient = false;
    std::string bytes;
};

struct RecordedAnswer {
    std::string name;
    DnsType type = DnsType::A;
    DnsOutcome outcome = DnsOutcome::NxDomain;
    Duration took{};
    std::vector<std::string> records; // as a zone line has them
    bool operator==(const RecordedAnswer&) const = default;
};

struct RecordedEvent {
    Duration at{}; // since the session began
    std::variant<RecordedPacket, RecordedDecision, RecordedAnswer, SessionEnd> what;
};

struct Recording {
    std::string server; // "edgesim 0.1.0"
    RecordingHead head;
    std::string script;  // cmdlets for a fresh server
    std::string entries; // cmdlets for recipients and IP list entries
    std::vector<RecordedEvent> events;

    // Ended in that way.
    bool has(SessionEnd end) const;
};

// A recording is no longer than what a server keeps of a session, many times over.
inline constexpr std::uint64_t kMaxRecording = 256ULL * 1024 * 1024;

// `name` stands in errors: "x.edgerec:12: expected ...". A recording that ends in the middle is an error.
Result<Recording> parseRecording(std::string_view text, const std::string& name);
Result<Recording> readRecording(FileSystem& files, const std::string& path);

} // namespace edge::testenv
