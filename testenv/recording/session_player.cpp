#include <edge/base/text.h>
#include <edge/dns_types.h>
#include <edge/server/shell/shell_result.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/recording/session_player.h>

#include <utility>

namespace edge::testenv {
namespace {

// No timeout of a server is longer, so who waits longer waits for ever.
constexpr Duration kLongestWait = std::chrono::hours(48);

class SessionPlayer {
public:
    explicit SessionPlayer(const SessionCase& given)
        : given_(given)
        , lab_({.bare = true, .start = given.started, .server = given.server}) {}

    Result<SessionOutcome> play();

private:
    Result<> setUp();
    void say(std::size_t index);
    void hearPending();
    std::optional<HeardReply> hear();
    std::optional<HeardReply> takeReply();
    void hearMore();
    void leave();
    bool closed();
    void pause(Duration span) {
        if (span > Duration::zero())
            lab_.advance(span);
    }

    const SessionCase& given_;
    Lab lab_;
    std::optional<LabClient> client_;
    SessionOutcome outcome_;
    std::vector<std::size_t> pending_; // said, and not answered yet
    std::string heard_;
    std::string lastVerdict_;
    SteadyTime lastWord_{};
};

Result<> SessionPlayer::setUp() {
    const auto result = lab_.runCmdlets(join(given_.script, "\n"));
    for (const auto& message : result.messages)
        if (message.kind == ShellMessage::Kind::Error)
            return Error{Errc::InvalidArgument, "the configuration does not run: " + message.text};
    for (const auto& entry : given_.entries)
        static_cast<void>(lab_.runCmdlets(entry)); // another configuration may have brought it
    if (auto loaded = lab_.dns().load(join(zoneLines(given_.answers), "\n")); !loaded)
        return loaded;
    lab_.dns().setStrict(true); // a question that was not asked when it was recorded is worth knowing
    return {};
}

bool SessionPlayer::closed() {
    lab_.settle();
    return client_->wire().closed() || client_->wire().wasReset();
}

std::optional<HeardReply> SessionPlayer::takeReply() {
    lab_.settle();
    heard_ += client_->wire().take();
    HeardReply reply;
    for (std::size_t at = 0; at < heard_.size();) {
        const auto end = heard_.find("\r\n", at);
        if (end == std::string::npos)
            return std::nullopt;
        reply.lines.push_back(heard_.substr(at, end - at));
        at = end + 2;
        if (reply.lines.back().size() >= 4 && reply.lines.back()[3] == '-')
            continue;
        heard_.erase(0, at);
        reply.took = lab_.clock().steadyNow() - lastWord_;
        lastVerdict_ = reply.verdict();
        return reply;
    }
    return std::nullopt;
}

// The next reply; time runs on while the server keeps it back. None where there will be none.
std::optional<HeardReply> SessionPlayer::hear() {
    const auto end = lab_.clock().steadyNow() + kLongestWait;
    for (;;) {
        if (auto reply = takeReply())
            return reply;
        if (closed() || lab_.clock().nextDeadline() > end)
            return std::nullopt;
        lab_.clock().advanceToNext();
    }
}

void SessionPlayer::hearPending() {
    for (const auto index : std::exchange(pending_, {}))
        if (auto reply = hear())
            outcome_.replies[index] = std::move(*reply);
}

// What the server says of itself.
void SessionPlayer::hearMore() {
    while (auto reply = takeReply())
        outcome_.more.push_back(std::move(*reply));
}

void SessionPlayer::say(std::size_t index) {
    const auto& utterance = given_.said[index];
    const bool content = index > 0 && utterance.kind != Utterance::Kind::Line &&
                         given_.said[index - 1].kind == Utterance::Kind::Line &&
                         istartsWith(given_.said[index - 1].bytes(), "DATA");
    if (content || utterance.kind == Utterance::Kind::Content) {
        hearPending();
        if (!lastVerdict_.starts_with("354"))
            return;
    }
    for (const auto& piece : utterance.pieces) {
        // What comes with what was said before must arrive with it: the server answers a group at once.
        const bool comesAlone = pending_.empty() || piece.pause > Duration::zero();
        if (pending_.empty())
            hearMore();
        pause(piece.pause);
        if (comesAlone && closed())
            return;
        client_->wire().send(piece.bytes);
        lastWord_ = lab_.clock().steadyNow();
    }
    if (utterance.kind != Utterance::Kind::Fragment)
        pending_.push_back(index);
    if (utterance.waits)
        hearPending();
}

void SessionPlayer::leave() {
    if (given_.leaving == Leaving::Unknown)
        return hearPending();
    if (given_.leaving == Leaving::Ends || given_.leaving == Leaving::Resets) {
        lab_.settle();
        pause(given_.leavingPause);
        if (given_.leaving == Leaving::Ends)
            client_->wire().halfClose();
        else
            client_->wire().reset();
    }
    hearPending();
    while (auto reply = hear())
        outcome_.more.push_back(std::move(*reply));
}

Result<SessionOutcome> SessionPlayer::play() {
    if (auto ready = setUp(); !ready)
        return ready.error();
    outcome_.replies.resize(given_.said.size());
    const auto decisionsBefore = lab_.decisions().all().size();
    lastWord_ = lab_.clock().steadyNow();
    client_.emplace(lab_.connectFrom(given_.client));
    if (auto banner = hear())
        outcome_.banner = std::move(*banner);
    for (std::size_t i = 0; i < given_.said.size(); ++i)
        say(i);
    leave();
    outcome_.closed = client_->wire().closed() && !client_->wire().wasReset();
    outcome_.published = lab_.replay().size();
    const auto& all = lab_.decisions().all();
    for (auto i = decisionsBefore; i < all.size(); ++i)
        if (!info(all[i].event).routing)
            outcome_.decisions.push_back(RecordedDecision::of(all[i]));
    for (const auto& question : lab_.dns().unexpected())
        outcome_.questions.push_back(question.name + " " + std::string(toString(question.type)));
    return std::move(outcome_);
}

} // namespace

Result<SessionOutcome> playSession(const SessionCase& given) {
    return SessionPlayer(given).play();
}

} // namespace edge::testenv
