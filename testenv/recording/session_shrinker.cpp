#include <edge/base/text.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/delta_debugging.h>
#include <edge/testenv/recording/session_player.h>
#include <edge/testenv/recording/session_shrinker.h>

#include <algorithm>
#include <array>
#include <utility>

namespace edge::testenv {
namespace {

constexpr int kMaxRounds = 8; // each begins only where the one before could leave something out

// Commands as everybody writes them: verbs in capitals, paths without parameters behind them.
std::string plainCommand(const std::string& bytes) {
    constexpr std::array<std::string_view, 8> kBeginnings{
        "EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA", "QUIT", "RSET", "NOOP"};
    for (const auto beginning : kBeginnings) {
        if (!istartsWith(bytes, beginning))
            continue;
        auto rest = bytes.substr(beginning.size());
        if (const auto path = rest.find('>'); beginning.ends_with(':') && path != std::string::npos)
            rest = rest.substr(0, path + 1) + "\r\n";
        return std::string(beginning) + rest;
    }
    return bytes;
}

class SessionShrinker {
public:
    SessionShrinker(SessionCase given, const StillShows& stillShows, const ShrinkOptions& options)
        : best_(std::move(given))
        , stillShows_(stillShows)
        , options_(options) {}

    ShrunkSession shrink();

private:
    bool tries(const SessionCase& candidate);
    bool adopt(SessionCase candidate);
    bool simplify();
    bool cut(std::size_t number);

    SessionCase best_;
    const StillShows& stillShows_;
    const ShrinkOptions& options_;
    std::size_t runs_ = 0;
};

bool SessionShrinker::tries(const SessionCase& candidate) {
    if (runs_ >= options_.maxRuns)
        return false;
    ++runs_;
    const bool holds = stillShows_(candidate);
    if (options_.progress)
        options_.progress(runs_, std::min(sizeOf(best_), holds ? sizeOf(candidate) : sizeOf(best_)));
    return holds;
}

bool SessionShrinker::adopt(SessionCase candidate) {
    if (!tries(candidate))
        return false;
    best_ = std::move(candidate);
    return true;
}

// What is no part but makes a session longer to read.
bool SessionShrinker::simplify() {
    auto calm = best_;
    bool differs = calm.leavingPause > Duration::zero();
    calm.leavingPause = Duration::zero();
    for (auto& said : calm.said) {
        differs =
            differs || !said.waits || said.pieces.size() > 1 || said.pieces.front().pause > Duration::zero();
        said.waits = true;
        said.pieces = {{Duration::zero(), said.bytes()}};
    }
    bool any = differs && adopt(std::move(calm));
    auto plain = best_;
    for (auto& said : plain.said)
        if (said.kind == Utterance::Kind::Line && said.pieces.size() == 1)
            said.pieces.front().bytes = plainCommand(said.pieces.front().bytes);
    if (plain.said != best_.said)
        any = adopt(std::move(plain)) || any;
    if (best_.leaving != Leaving::Unknown) {
        auto staying = best_;
        staying.leaving = Leaving::Unknown;
        any = adopt(std::move(staying)) || any;
    }
    return any;
}

bool SessionShrinker::cut(std::size_t number) {
    const auto given = best_;
    const auto cut = cutOf(given, number);
    if (cut.count == 0)
        return false;
    const auto kept = fewestThatHold(
        cut.count, [&](const std::vector<std::size_t>& pieces) { return tries(cut.keep(pieces)); });
    if (kept.size() == cut.count)
        return false;
    best_ = cut.keep(kept);
    return true;
}

ShrunkSession SessionShrinker::shrink() {
    for (int round = 0; round < kMaxRounds; ++round) {
        bool any = simplify();
        for (std::size_t number = 0; number < cutCount(best_); ++number)
            any = cut(number) || any;
        if (!any)
            break;
    }
    return {std::move(best_), runs_, runs_ >= options_.maxRuns};
}

bool isAgainstSomebody(const RecordedDecision& decision) {
    return decision.action != Action::None && decision.action != Action::AcceptMessage &&
           decision.action != Action::ModifyHeaders;
}

bool acts(const RecordedDecision& decision) {
    return decision.action != Action::None;
}

// The last decision for which `matters` is true, as outcomeLines() has it; empty where there is none.
template <class Matters>
std::string lastDecision(const SessionOutcome& outcome, const Matters& matters) {
    for (auto each = outcome.decisions.rbegin(); each != outcome.decisions.rend(); ++each)
        if (matters(*each))
            return "decision " + decisionText(*each);
    return {};
}

// The last reply that begins with one of these digits.
std::string lastReply(const SessionCase& given, const SessionOutcome& outcome, std::string_view digits) {
    std::string last;
    for (auto& line : outcomeLines(given, outcome))
        if (line.starts_with("S: ") && line.size() > 3 && digits.find(line[3]) != std::string_view::npos)
            last = std::move(line);
    return last;
}

} // namespace

ShrunkSession shrinkSession(SessionCase given, const StillShows& stillShows, const ShrinkOptions& options) {
    return SessionShrinker(std::move(given), stillShows, options).shrink();
}

std::size_t sizeOf(const SessionCase& given) {
    auto size = given.script.size() + given.entries.size() + given.answers.size();
    for (const auto& said : given.said) {
        const auto bytes = said.bytes();
        size +=
            std::max<std::size_t>(1, static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')));
    }
    return size;
}

std::string lastVerdict(const SessionCase& given, const SessionOutcome& outcome) {
    for (auto verdict : {lastDecision(outcome, isAgainstSomebody), lastReply(given, outcome, "45"),
                         lastDecision(outcome, acts)})
        if (!verdict.empty())
            return verdict;
    return lastReply(given, outcome, "23");
}

bool shows(const SessionCase& given, const SessionOutcome& outcome, std::string_view text) {
    const auto lines = outcomeLines(given, outcome);
    return std::any_of(lines.begin(), lines.end(), [text](const std::string& line) {
        return !line.starts_with("C: ") && line.find(text) != std::string::npos;
    });
}

StillShows showsText(std::string text) {
    return [text = std::move(text)](const SessionCase& candidate) {
        const auto outcome = playSession(candidate);
        return outcome && shows(candidate, *outcome, text);
    };
}

StillShows showsOnlyWithout(std::vector<std::string> script, std::string text) {
    return [script = std::move(script), text = std::move(text)](const SessionCase& candidate) {
        const auto outcome = playSession(candidate);
        if (!outcome || !shows(candidate, *outcome, text))
            return false;
        auto other = candidate;
        other.script = script;
        const auto otherwise = playSession(other);
        return otherwise && !shows(other, *otherwise, text);
    };
}

} // namespace edge::testenv
