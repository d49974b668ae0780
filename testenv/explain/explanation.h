// Explanation: everything that `edgesim explain` tells, before it becomes text, JSON or HTML; the three say
// the same because they are written from this.
#pragma once

#include <edge/testenv/explain/explain_request.h>
#include <edge/testenv/explain/explained_session.h>
#include <edge/testenv/explain/nearest_change.h>

#include <string>
#include <string_view>

namespace edge::testenv {

struct Explanation {
    ExplainRequest request;
    ExplainedSession session;
    NearestChange nearest;
};

// Plays the session, and looks for the nearest change where it did not let the message through.
Result<Explanation> explain(const ExplainRequest& request, Clock& real);

// What became of the message, in a word and a sentence.
struct ExplainedVerdict {
    std::string_view word; // "accepted", "refused", "deleted", "quarantined", "partly accepted"
    std::string sentence;
};
ExplainedVerdict verdictOf(const ExplainedSession& session);

// "reply observed (agents.md 3.3), reason ours (agents.md 13.4)".
std::string evidenceText(const std::vector<ExplainedEvidence>& evidence);
// "1.25 s", "340 us".
std::string spanText(Duration span);
// "fabrikam.com TXT", "NXDOMAIN" or the records.
std::string questionText(const ExplainedLookup& lookup);
std::string answerText(const ExplainedLookup& lookup);
// "<ann@fabrikam.com>", "<>".
std::string pathText(std::string_view address);

} // namespace edge::testenv
