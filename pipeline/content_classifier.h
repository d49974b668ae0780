// ContentClassifier: how likely is this message spam? The Content Filter Agent turns the answer into verdicts
// and stamps; where the answer comes from is this interface's business. Exchange's own classifier
// (SmartScreen) is closed, so ours scores by published rules (docs/agents/content-filter.md); the scripted
// twin says what a test wants.
#pragma once

#include <edge/base/result.h>
#include <edge/base/task.h>
#include <edge/mail/mail_item.h>
#include <edge/mail/message_text.h>

#include <optional>
#include <string>
#include <vector>

namespace edge {

// Why a score is what it is: one line for each rule that counted.
struct ScoreLine {
    std::string rule; // "GTUBE"
    int points = 0;
    std::string what; // what was found, for people
    bool operator==(const ScoreLine&) const = default;
};

struct Classification {
    int scl = 0;            // 0 to 9
    std::optional<int> pcl; // 1 to 8, from 4 on a phishing suspicion; none: it has no opinion on phishing
    std::string version;    // of the definitions, the report's DV token; empty: none
    std::vector<ScoreLine> lines;
};

// Callable from several threads at once.
class ContentClassifier {
public:
    virtual ~ContentClassifier() = default;
    // `text` is what a reader of the message reads. An error means that it could not say; both outlive the
    // call.
    virtual Task<Result<Classification>> classify(const MailItem& item, const MessageText& text) = 0;
};

} // namespace edge
