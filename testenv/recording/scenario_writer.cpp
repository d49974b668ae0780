#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/posix_file_system.h>
#include <edge/testenv/lab_client.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/scenario_writer.h>
#include <edge/testenv/recording/session_player.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace edge::testenv {
namespace {

constexpr Duration kSmallPause = std::chrono::seconds(1); // shorter ones come from the network
constexpr std::size_t kMaxDataText = 200;                 // of a decision; longer data is left out

bool isPlain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// A line as `C:` can say it, without its end.
std::optional<std::string> plainLine(std::string_view bytes) {
    if (!bytes.ends_with("\r\n"))
        return std::nullopt;
    bytes.remove_suffix(2);
    if (bytes.empty() || trim(bytes) != bytes || !isPlain(bytes))
        return std::nullopt;
    return std::string(bytes);
}

// What `message <<END` has to hold so that exactly these octets are sent.
std::optional<std::string> messageBlock(const std::string& bytes) {
    std::string block;
    std::string_view rest = bytes;
    while (rest != ".\r\n") {
        const auto end = rest.find("\r\n");
        if (end == std::string_view::npos)
            return std::nullopt;
        auto line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (line.starts_with('.'))
            line.remove_prefix(1);
        const bool sayable = std::all_of(line.begin(), line.end(), [](char c) {
            return c == '\t' || static_cast<unsigned char>(c) >= 0x20;
        });
        if (!sayable)
            return std::nullopt;
        block += line;
        block += '\n';
    }
    if (dotStuffed(replaceAll(block, "\n", "\r\n")) != bytes)
        return std::nullopt;
    return block;
}

std::string endMark(const std::string& block) {
    const auto isTaken = [&block](const std::string& mark) {
        for (const auto line : split(block, '\n'))
            if (trim(line) == mark)
                return true;
        return false;
    };
    std::string mark = "END";
    for (int i = 2; isTaken(mark); ++i)
        mark = "END" + std::to_string(i);
    return mark;
}

// What of a reply is the same each time, up to what a line cannot hold.
std::string expectedReply(std::string_view line) {
    auto text = stableBeginning(stablePart(line));
    const auto odd = std::find_if(text.begin(), text.end(), [](char c) { return c < 0x20; });
    text.erase(odd, text.end());
    return std::string(trim(text));
}

// The word behind "MAIL FROM:<" and its kin, where nothing else stands on the line.
std::optional<std::string> pathOf(const Utterance& utterance, std::string_view verb) {
    const auto line = plainLine(utterance.bytes());
    if (utterance.kind != Utterance::Kind::Line || !line || !line->starts_with(verb) || !line->ends_with('>'))
        return std::nullopt;
    auto path = line->substr(verb.size(), line->size() - verb.size() - 1);
    if (path.find_first_of(" \t\"\\<>#") != std::string::npos)
        return std::nullopt;
    return path;
}

class ScenarioWriter {
public:
    ScenarioWriter(const SessionCase& given, const SessionOutcome& outcome, ScenarioStyle style)
        : given_(given)
        , outcome_(outcome)
        , concise_(style == ScenarioStyle::Concise) {}

    std::string write(const std::string& title);

private:
    void line(const std::string& text) { text_ += text + "\n"; }
    void world();
    void dialogue();
    std::size_t shortcut(std::size_t index);
    std::size_t shortEnvelope(std::size_t index);
    bool wentWell(std::size_t index, std::string_view code) const;
    void utterance(std::size_t index);
    void content(const std::string& bytes);
    void raw(std::string_view bytes) { line("raw " + quotedWord(bytes)); }
    void pause(Duration span);
    void expect(const HeardReply& reply);
    void expectPending();
    void leave();
    void decisions();
    const HeardReply& reply(std::size_t index) const { return outcome_.replies[index]; }

    const SessionCase& given_;
    const SessionOutcome& outcome_;
    const bool concise_;
    std::string text_;
    std::vector<std::size_t> pending_;
};

std::string ScenarioWriter::write(const std::string& title) {
    for (const auto each : split(title, '\n'))
        line("# " + escapeControls(each));
    world();
    dialogue();
    decisions();
    return std::move(text_);
}

void ScenarioWriter::world() {
    line("bare");
    for (const auto* cmdlets : {&given_.script, &given_.entries})
        for (const auto& cmdlet : *cmdlets)
            line("PS> " + replaceAll(cmdlet, "\n", "\n>> "));
    for (const auto& record : zoneLines(given_.answers))
        line("zone " + record);
    line("");
}

void ScenarioWriter::pause(Duration span) {
    if (span >= kSmallPause)
        line("advance " + spanWord(span));
}

void ScenarioWriter::expect(const HeardReply& heard) {
    if (heard.isEmpty())
        return;
    const auto verdict = heard.verdict();
    const bool well = verdict.starts_with('2') || verdict.starts_with('3');
    auto text = concise_ && well ? std::string(verdict.substr(0, 3)) : expectedReply(verdict);
    if (heard.took >= kSmallPause)
        text += " after " + spanWord(heard.took);
    line("S: " + text);
}

void ScenarioWriter::expectPending() {
    for (const auto index : std::exchange(pending_, {}))
        expect(reply(index));
}

bool ScenarioWriter::wentWell(std::size_t index, std::string_view code) const {
    const auto& said = given_.said[index];
    return said.waits && said.pieces.size() == 1 && said.pieces.front().pause < kSmallPause &&
           reply(index).took < kSmallPause && reply(index).verdict().starts_with(code);
}

// MAIL, RCPT and DATA as one line: how many were said with it.
std::size_t ScenarioWriter::shortEnvelope(std::size_t index) {
    const auto& said = given_.said;
    const auto sender = pathOf(said[index], "MAIL FROM:<");
    if (!sender || !wentWell(index, "250"))
        return 0;
    auto text = "envelope " + (sender->empty() ? "<>" : *sender);
    auto next = index + 1;
    for (; next < said.size() && wentWell(next, "250"); ++next) {
        const auto recipient = pathOf(said[next], "RCPT TO:<");
        if (!recipient || recipient->empty())
            break;
        text += " " + *recipient;
    }
    if (next == index + 1 || next == said.size() || !wentWell(next, "354") ||
        said[next].bytes() != "DATA\r\n")
        return 0;
    line(text);
    return next + 1 - index;
}

std::size_t ScenarioWriter::shortcut(std::size_t index) {
    if (!concise_ || !pending_.empty())
        return 0;
    constexpr std::string_view kEhlo = "EHLO ";
    const auto words = plainLine(given_.said[index].bytes());
    const bool greets = index == 0 && words && words->starts_with(kEhlo) &&
                        words->find_first_of(" \"#", kEhlo.size()) == std::string::npos;
    if (!greets)
        return shortEnvelope(index);
    if (!wentWell(0, "250") || !outcome_.banner.verdict().starts_with("220") ||
        outcome_.banner.took >= kSmallPause)
        return 0;
    line("hello " + words->substr(kEhlo.size()));
    return 1;
}

void ScenarioWriter::dialogue() {
    line("client " + given_.client.address.toString());
    const auto skipped = given_.said.empty() ? 0 : shortcut(0);
    if (skipped == 0)
        expect(outcome_.banner);
    for (std::size_t i = skipped; i < given_.said.size();) {
        if (const auto done = shortcut(i); done > 0) {
            i += done;
            continue;
        }
        utterance(i++);
    }
    leave();
}

void ScenarioWriter::content(const std::string& bytes) {
    const auto block = messageBlock(bytes);
    if (!block) {
        for (std::size_t at = 0; at < bytes.size();) {
            const auto end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
            raw(std::string_view(bytes).substr(at, end - at));
            at = end;
        }
        return;
    }
    const auto mark = endMark(*block);
    text_ += "message <<" + mark + "\n" + *block + mark + "\n";
}

void ScenarioWriter::utterance(std::size_t index) {
    const auto& said = given_.said[index];
    if (said.kind == Utterance::Kind::Content)
        expectPending();
    if (said.kind == Utterance::Kind::Content && reply(index).isEmpty() &&
        (index == 0 || !reply(index - 1).verdict().starts_with("354")))
        return; // nobody asked for it
    const bool inOne = std::all_of(std::next(said.pieces.begin()), said.pieces.end(),
                                   [](const Piece& piece) { return piece.pause < kSmallPause; });
    pause(said.pieces.front().pause);
    const auto bytes = said.bytes();
    if (!inOne) {
        raw(said.pieces.front().bytes);
        for (auto piece = std::next(said.pieces.begin()); piece != said.pieces.end(); ++piece) {
            pause(piece->pause);
            raw(piece->bytes);
        }
    } else if (said.kind == Utterance::Kind::Content) {
        content(bytes);
    } else if (const auto words = plainLine(bytes)) {
        line("C: " + *words);
    } else {
        raw(bytes);
    }
    if (said.kind != Utterance::Kind::Fragment)
        pending_.push_back(index);
    if (said.waits)
        expectPending();
}

void ScenarioWriter::leave() {
    if (given_.leaving == Leaving::Ends || given_.leaving == Leaving::Resets) {
        line("wait");
        pause(given_.leavingPause);
        line(given_.leaving == Leaving::Ends ? "end" : "cut");
    }
    expectPending();
    for (auto heard : outcome_.more) {
        heard.took = Duration::zero();
        expect(heard);
    }
    if (outcome_.closed && given_.leaving != Leaving::Unknown)
        line("S: closed");
}

void ScenarioWriter::decisions() {
    line("");
    for (const auto& decision : outcome_.decisions) {
        if (decision.action == Action::None)
            continue;
        auto text = "agent " + quotedWord(decision.agent) + " " + std::string(toString(decision.event)) +
                    " " + std::string(toString(decision.action));
        if (const auto response = expectedReply(decision.response); !response.empty())
            text += " response " + quotedWord(response);
        if (!decision.reason.empty())
            text += " reason " + quotedWord(decision.reason);
        const auto& data = decision.data;
        const bool varies = decision.agent == kServerAgent && decision.reason == "Queued";
        if (!data.empty() && !varies && data.size() <= kMaxDataText && stableBeginning(data) == data)
            text += " data " + quotedWord(data);
        line(text);
    }
    line("replay " + std::to_string(outcome_.published));
}

// The recorded outcome, with what only a playing knows: exact virtual times, and what was published.
SessionOutcome withTimesOf(SessionOutcome recorded, const SessionOutcome& played) {
    recorded.banner.took = played.banner.took;
    for (std::size_t i = 0; i < std::min(recorded.replies.size(), played.replies.size()); ++i)
        recorded.replies[i].took = played.replies[i].took;
    recorded.published = played.published;
    return recorded;
}

std::string whyItFails(const std::string& text) {
    PosixFileSystem files;
    const auto parsed = parseScenarios(files, "recording.scenario", text);
    if (!parsed.errors.empty())
        return parsed.errors.front().toString();
    const auto result = runInMemory(parsed.scenarios.front());
    if (result.verdict == Verdict::Passed)
        return {};
    if (result.misses.empty())
        return result.reason;
    const auto& miss = result.misses.front();
    return miss.place.toString() + ": " + miss.line + ": expected " + miss.expected + ", got " + miss.got;
}

} // namespace

SessionCase withoutSmallPauses(SessionCase given) {
    for (auto& said : given.said) {
        std::vector<Piece> pieces;
        for (auto& piece : said.pieces) {
            piece.pause = std::chrono::round<std::chrono::milliseconds>(piece.pause);
            if (piece.pause < kSmallPause)
                piece.pause = Duration::zero();
            if (pieces.empty() || piece.pause > Duration::zero())
                pieces.push_back(std::move(piece));
            else
                pieces.back().bytes += piece.bytes;
        }
        said.pieces = std::move(pieces);
    }
    given.leavingPause = std::chrono::round<std::chrono::milliseconds>(given.leavingPause);
    if (given.leavingPause < kSmallPause)
        given.leavingPause = Duration::zero();
    return given;
}

std::string titleOf(const SessionCase& given, const SessionOutcome& outcome) {
    for (auto each = outcome.decisions.rbegin(); each != outcome.decisions.rend(); ++each)
        if (each->action != Action::None)
            return each->agent + ": " + std::string(toString(each->action)) + " at " +
                   std::string(toString(each->event)) + ", for a client at " +
                   given.client.address.toString() + ".";
    return "A session from " + given.client.address.toString() + " about which nobody decided anything.";
}

std::string scenarioText(const SessionCase& given, const SessionOutcome& outcome, const std::string& title,
                         ScenarioStyle style) {
    return ScenarioWriter(given, outcome, style).write(title);
}

Result<WrittenScenario> toScenario(const SessionCase& given, const SessionOutcome& recorded,
                                   const std::string& title, ScenarioStyle style) {
    const auto coarse = withoutSmallPauses(given);
    const auto played = playSession(coarse);
    if (!played)
        return played.error();
    WrittenScenario written;
    written.text = scenarioText(coarse, withTimesOf(recorded, *played), title, style);
    written.wrong = whyItFails(written.text);
    return written;
}

} // namespace edge::testenv
