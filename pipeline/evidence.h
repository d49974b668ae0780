// Evidence: how sure we are that Exchange behaves so, and which section of the reference says it, for
// everything that an explanation names. One table, because a guess of ours that looks like Exchange's word is
// worse than none; parameters carry theirs in the schema (config/schema.h), in words that evidenceOf() reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace edge {

// The trust tags of the reference (platform.md 0, agents.md 0.1), in four words.
enum class EvidenceLevel {
    Documented, // Microsoft says so
    Observed,   // seen in real logs, headers or dialogues
    Inferred,   // follows from both, or is general knowledge
    Ours,       // nobody says; the simulator had to decide
};
std::string_view toString(EvidenceLevel level);

struct Evidence {
    EvidenceLevel level = EvidenceLevel::Ours;
    std::string reference; // "agents.md 3.3", "docs/decisions/0820"; may be empty
    std::string note;      // "sources differ on the default"; usually empty

    // "documented (agents.md 3.3; sources differ on the default)"
    std::string toString() const;
};

enum class EvidenceKind {
    Event,  // "OnMailCommand"
    Action, // "RejectCommand"
    Reason, // "SenderInBlockList", the word of the agent log
    Reply,  // "554 5.1.0 Sender denied"
};
inline constexpr std::size_t kEvidenceKinds = static_cast<std::size_t>(EvidenceKind::Reply) + 1;
std::string_view toString(EvidenceKind kind);

struct EvidenceRow {
    EvidenceKind kind;
    std::string_view name; // of a Reply: its beginning
    EvidenceLevel level;
    std::string_view reference;

    Evidence evidence() const { return {level, std::string(reference), {}}; }
};

// All rows, by kind.
std::span<const EvidenceRow> evidenceRows();
// The row for that name, without case; for a reply, of one or more lines, the row with the longest beginning
// that fits. nullptr where nothing is known: words of an agent that did not come with edgesim, for example.
const EvidenceRow* findEvidence(EvidenceKind kind, std::string_view name);

// Reads the source tag of a parameter or cmdlet: "agents.md 3.1, documented", with "; and a note" behind it
// or not. What names no level is ours: "edgesim's own".
Evidence evidenceOf(std::string_view source);

} // namespace edge
