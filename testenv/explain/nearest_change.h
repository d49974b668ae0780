// The nearest single change that would have let the message through: proposed from what the deciding agent
// had looked at, tried one by one by playing the whole session again, and told only where it helped.
#pragma once

#include <edge/base/clock.h>
#include <edge/testenv/explain/explain_request.h>
#include <edge/testenv/explain/explained_session.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

// How far a change reaches, the smallest first.
enum class ChangeKind {
    EntryRemoved, // one entry of a list goes
    EntryAdded,   // one entry comes
    Threshold,    // a number moves
    Switch,       // a whole list, filter or rule is off
    AgentDisabled,
    Session, // the client says something else
    Message, // the message is another one
};
std::string_view toString(ChangeKind kind);
// It is made on the server, by cmdlet; the others by whoever sends.
bool isConfiguration(ChangeKind kind);

// A change that may help.
struct Change {
    ChangeKind kind = ChangeKind::Switch;
    std::string what;   // "takes contoso.com off BlockedDomains"
    std::string cmdlet; // to be typed; empty for what the sender has to change
    // Makes it.
    std::function<void(ExplainRequest&)> apply;
    // Changes of one name are tries of the same thing: the first that helps is enough. Empty: stands alone.
    std::string alternative = {};
};

// Proposals for a session that did not let the message through, the smallest first, each once. Pure: nothing
// is played.
std::vector<Change> proposedChanges(const ExplainRequest& request, const ExplainedSession& session);

struct NearestChange {
    std::vector<Change> configuration; // helping, nearest first
    std::vector<Change> sending;       // helping, nearest first
    std::size_t tried = 0;
    bool outOfTime = false; // not everything was tried
    // Where nothing helped: the smallest change that lifted this obstacle, and what stood behind it.
    std::optional<Change> firstStep;
    std::string nextObstacle;

    bool found() const { return !configuration.empty() || !sending.empty(); }
};

using SessionPlayer = std::function<Result<ExplainedSession>(const ExplainRequest&)>;

// `real` bounds how long it searches.
NearestChange findNearestChange(const ExplainRequest& request, const ExplainedSession& session,
                                const SessionPlayer& play, Clock& real);

// "554 5.1.0 Sender denied, by Sender Filter Agent at OnMailCommand".
std::string obstacleText(const ExplainedSession& session);

} // namespace edge::testenv
