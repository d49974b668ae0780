// SclScore: from what is known of a message to its spam confidence level. The order and the points are those
// of agents.md 6.2 and are frozen: the table in docs/agents/content-filter.md is this function's contract,
// and a test compares the two. A change of the rules raises kSclRulesVersion.
#pragma once

#include <edge/content_classifier.h>

#include <optional>
#include <string>
#include <vector>

namespace edge {

// In the report as DV. Raised with every change of rules or points.
inline constexpr char kSclRulesVersion[] = "1.0.0.0";

inline constexpr int kMinScl = 0;
inline constexpr int kMaxScl = 9;
inline constexpr int kExemptScl = -1; // not filtered (agents.md 6.2)

// What a score is made of, as far as the message has it.
struct SclFacts {
    int base = 0;                    // the classifier's
    std::optional<int> header = {};  // X-EdgeSim-SCL, where it may be believed: stands in for base
    std::string senderIdResult = {}; // the word of the Sender Id agent's stamp, or empty
    bool senderBlocked = false;      // the Sender Filter's note
    std::string mimeDefect = {};     // the first one, or empty
    std::optional<std::string> badPhrase = {};
    std::optional<std::string> goodPhrase = {};
};

struct SclScore {
    int scl = 0;
    bool byPhrase = false; // a custom phrase decided: the report's CW
    std::vector<ScoreLine> lines;
};

SclScore scoreOf(const SclFacts& facts);

} // namespace edge
