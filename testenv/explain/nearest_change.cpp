#include <edge/testenv/explain/nearest_change.h>

#include <array>
#include <set>

namespace edge::testenv {
namespace {

// Played at most, and for at most so long: an explanation that takes minutes is read by nobody.
constexpr std::size_t kMaxTried = 150;
constexpr Duration kMaxSearch = std::chrono::seconds(20);

constexpr std::array<std::string_view, 7> kKinds{"entryRemoved",  "entryAdded", "threshold", "switch",
                                                 "agentDisabled", "session",    "message"};

std::size_t delivered(const ExplainedSession& session) {
    std::size_t count = 0;
    for (const auto& end : session.recipients)
        count += end.fate == Fate::Delivered ? 1 : 0;
    return count;
}

// Something else decided than before.
bool liftedObstacle(const ExplainedSession& before, const ExplainedSession& after) {
    const auto* old = before.cause();
    const auto* now = after.cause();
    return old && now &&
           (old->decision.agent != now->decision.agent || old->decision.reason != now->decision.reason);
}

} // namespace

std::string_view toString(ChangeKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

bool isConfiguration(ChangeKind kind) {
    return kind != ChangeKind::Session && kind != ChangeKind::Message;
}

NearestChange findNearestChange(const ExplainRequest& request, const ExplainedSession& session,
                                const SessionPlayer& play, Clock& real) {
    NearestChange nearest;
    if (session.letThrough())
        return nearest;
    const auto until = real.steadyNow() + kMaxSearch;
    std::set<std::string> settled;
    for (auto& change : proposedChanges(request, session)) {
        if (settled.contains(change.alternative))
            continue;
        nearest.outOfTime = nearest.tried == kMaxTried || real.steadyNow() >= until;
        if (nearest.outOfTime)
            break;
        auto changed = request;
        change.apply(changed);
        const auto played = play(changed);
        ++nearest.tried;
        if (!played) // the cmdlet is refused here: no change at all
            continue;
        if (played->letThrough()) {
            if (!change.alternative.empty())
                settled.insert(change.alternative);
            auto& helping = isConfiguration(change.kind) ? nearest.configuration : nearest.sending;
            helping.push_back(std::move(change));
        } else if (!nearest.firstStep &&
                   (liftedObstacle(session, *played) || delivered(*played) > delivered(session))) {
            nearest.firstStep = std::move(change);
            nearest.nextObstacle = obstacleText(*played);
        }
    }
    if (nearest.found())
        nearest.firstStep.reset();
    return nearest;
}

std::string obstacleText(const ExplainedSession& session) {
    const auto* cause = session.cause();
    if (!cause)
        return "nothing that was recorded";
    const auto& decision = cause->decision;
    auto text =
        decision.response.isEmpty() ? std::string(toString(decision.action)) : decision.response.toString();
    text += ", by " + decision.agent + " at " + std::string(toString(decision.event));
    if (!decision.reason.empty())
        text += " because of " + decision.reason +
                (decision.reasonData.empty() ? "" : " (" + decision.reasonData + ")");
    return text;
}

} // namespace edge::testenv
