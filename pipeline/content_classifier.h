// ContentClassifier: how likely is this message spam? The Content Filter Agent turns the answer into verdicts
// and stamps; where the answer comes from is this interface's business. Exchange's own classifier
// (SmartScreen) is closed, so ours scores by published rules (agents.md 6.2); the scripted twin says what a
// test wants.
#pragma once

#include <edge/base/result.h>
#include <edge/base/task.h>
#include <edge/mail/mail_item.h>

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
    int scl = 0; // 0 to 9
    std::vector<ScoreLine> lines;
};

// Callable from several threads at once.
class ContentClassifier {
public:
    virtual ~ContentClassifier() = default;
    // An error means that it could not say; `item` outlives the call.
    virtual Task<Result<Classification>> classify(const MailItem& item) = 0;
};

} // namespace edge
