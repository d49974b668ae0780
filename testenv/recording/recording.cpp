#include <edge/base/text.h>
#include <edge/dns_types.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/recording/recording.h>
#include <edge/testenv/scenario/scenario_lines.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

namespace edge::testenv {
namespace {

constexpr std::size_t kMaxEvents = 4'000'000;           // a line each
constexpr std::int64_t kMaxSeconds = 366LL * 24 * 3600; // no session is longer

// The first word of `text`, which is taken off it with the blank behind it.
std::string_view takeWord(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

// "12.000345".
std::optional<Duration> parseSeconds(std::string_view text) {
    const auto point = text.find('.');
    if (point == std::string_view::npos || text.size() - point - 1 != 6)
        return std::nullopt;
    const auto number = [](std::string_view digits) -> std::optional<std::int64_t> {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size() || value < 0)
            return std::nullopt;
        return value;
    };
    const auto whole = number(text.substr(0, point));
    const auto micros = number(text.substr(point + 1));
    if (!whole || !micros || *whole > kMaxSeconds)
        return std::nullopt;
    return std::chrono::seconds(*whole) + std::chrono::microseconds(*micros);
}

// "2019-06-03T09:00:00.000Z".
std::optional<UtcTime> parseIsoTime(std::string_view text) {
    int year = 0;
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0;
    int used = 0;
    const std::string copy(text);
    if (std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u.%3uZ%n", &year, &month, &day, &hour, &minute,
                    &second, &milli, &used) != 7 ||
        static_cast<std::size_t>(used) != text.size())
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + std::chrono::milliseconds(milli);
}

std::optional<Action> findAction(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(Action::Fault); ++i)
        if (toString(static_cast<Action>(i)) == name)
            return static_cast<Action>(i);
    return std::nullopt;
}

std::optional<DnsOutcome> findOutcome(std::string_view name) {
    for (const auto outcome : {DnsOutcome::Answered, DnsOutcome::NoData, DnsOutcome::NxDomain,
                               DnsOutcome::ServFail, DnsOutcome::Timeout})
        if (dnsOutcomeName(outcome) == name)
            return outcome;
    return std::nullopt;
}

std::optional<SessionEnd> findEnd(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(SessionEnd::LimitReached); ++i)
        if (toString(static_cast<SessionEnd>(i)) == name)
            return static_cast<SessionEnd>(i);
    return std::nullopt;
}

class RecordingParser {
public:
    explicit RecordingParser(const std::string& name)
        : name_(name) {}

    Result<Recording> parse(std::string_view text);

private:
    // Each returns what was expected and not found; empty: it was right.
    std::string head(std::string_view line);
    std::string event(std::string_view line);
    std::string bytes(Duration at, bool fromClient, bool goesOn, std::string_view rest);
    std::string decision(Duration at, ScenarioWords& words);
    std::string input(ScenarioWords& words);
    std::string answer(Duration at, ScenarioWords& words);
    Error wrong(const std::string& expected) const {
        return {Errc::Malformed, name_ + ":" + std::to_string(line_) + ": " + expected};
    }

    const std::string& name_;
    int line_ = 0;
    Recording recording_;
    bool started_ = false;
    bool clientKnown_ = false;
};

Result<Recording> RecordingParser::parse(std::string_view text) {
    bool inHead = true;
    bool ended = false;
    while (!text.empty() && !ended) {
        ++line_;
        const auto end = text.find('\n');
        if (end == std::string_view::npos)
            break; // cut off in the middle of a line
        auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (line_ == 1) {
            const auto version = std::string(kRecordingMark) + " " + std::to_string(kRecordingVersion);
            if (!line.starts_with(kRecordingMark))
                return wrong("this is no recording of edgesim: it does not begin with \"" + version + "\"");
            if (line != version)
                return wrong("expected \"" + version + "\", the version that this edgesim reads, found \"" +
                             escapeControls(line) + "\"");
            continue;
        }
        std::string expected;
        if (line.empty())
            inHead = false;
        else if (inHead)
            expected = head(line);
        else if (line == kRecordingEnd)
            ended = true;
        else
            expected = event(line);
        if (!expected.empty())
            return wrong(expected);
    }
    if (!ended)
        return wrong("the recording is cut off: the line \"end\" is missing");
    if (!started_ || !clientKnown_)
        return wrong("the head lacks \"started\" or \"client\"");
    return std::move(recording_);
}

std::string RecordingParser::head(std::string_view line) {
    for (const auto word : {kConfigured, kListed})
        if (line.starts_with(word)) {
            const auto cmdlet = unescaped(line.substr(word.size()));
            if (!cmdlet)
                return "expected only escapes such as \\n and \\x00 behind backslashes";
            (word == kConfigured ? recording_.script : recording_.entries) += *cmdlet + "\n";
            return {};
        }
    const auto word = takeWord(line);
    if (word == "server") {
        ScenarioWords words({name_, line_, 1}, line);
        recording_.server = words.need("the program");
        return words.failed() ? words.error()->message : std::string{};
    }
    if (word == "started") {
        const auto time = parseIsoTime(line);
        if (!time)
            return "expected a time such as 2019-06-03T09:00:00.000Z, found \"" + escapeControls(line) + "\"";
        recording_.head.started = *time;
        started_ = true;
        return {};
    }
    Endpoint* const place = word == "client"      ? &recording_.head.client
                            : word == "local"     ? &recording_.head.local
                            : word == "selection" ? &recording_.head.selection
                                                  : nullptr;
    if (!place)
        return "expected server, started, client, local, selection, PS> or entry, found \"" +
               escapeControls(word) + "\"";
    const auto endpoint = Endpoint::parse(line);
    if (!endpoint)
        return endpoint.error().message;
    *place = *endpoint;
    clientKnown_ = clientKnown_ || word == "client";
    return {};
}

std::string RecordingParser::event(std::string_view line) {
    const auto at = parseSeconds(takeWord(line));
    if (!at)
        return "expected a time in seconds such as 0.000120";
    if (recording_.events.size() >= kMaxEvents)
        return "more than " + std::to_string(kMaxEvents) + " events are not read";
    const auto word = takeWord(line);
    if (word == kClientSaid || word == kClientWentOn)
        return bytes(*at, true, word == kClientWentOn, line);
    if (word == kServerSaid || word == kServerWentOn)
        return bytes(*at, false, word == kServerWentOn, line);
    if (word == kEnded) {
        const auto end = findEnd(line);
        if (!end)
            return "expected how the session ended, found \"" + escapeControls(line) + "\"";
        recording_.events.push_back({*at, *end});
        return {};
    }
    ScenarioWords words({name_, line_, 1}, line);
    if (word == kDecided)
        return decision(*at, words);
    if (word == kLookedAt)
        return input(words);
    if (word == kAnswered)
        return answer(*at, words);
    return "expected C:, C+, S:, S+, decision, input, dns or ended, found \"" + escapeControls(word) + "\"";
}

std::string RecordingParser::bytes(Duration at, bool fromClient, bool goesOn, std::string_view rest) {
    auto plain = unescaped(rest);
    if (!plain)
        return "expected only escapes such as \\r, \\n and \\x00 behind backslashes";
    if (!goesOn) {
        recording_.events.push_back({at, RecordedPacket{fromClient, std::move(*plain)}});
        return {};
    }
    auto* packet =
        recording_.events.empty() ? nullptr : std::get_if<RecordedPacket>(&recording_.events.back().what);
    if (!packet || packet->fromClient != fromClient)
        return "expected C: or S: before a line that goes on";
    packet->bytes += *plain;
    return {};
}

std::string RecordingParser::decision(Duration at, ScenarioWords& words) {
    RecordedDecision decision;
    const auto event = findAgentEvent(words.need("an event"));
    decision.agent = words.need("an agent");
    const auto action = findAction(words.need("an action"));
    if (!words.failed() && (!event || !action))
        return "expected an event, an agent and an action";
    while (!words.empty()) {
        const auto what = words.need("response, reason or data");
        std::string* const place = what == "response" ? &decision.response
                                   : what == "reason" ? &decision.reason
                                   : what == "data"   ? &decision.data
                                                      : nullptr;
        if (!place)
            return "expected response, reason or data, found \"" + escapeControls(what) + "\"";
        *place = words.need("a text");
    }
    if (words.failed())
        return words.error()->message;
    decision.event = *event;
    decision.action = *action;
    recording_.events.push_back({at, std::move(decision)});
    return {};
}

std::string RecordingParser::input(ScenarioWords& words) {
    DecisionInput looked{words.need("what was looked at"), words.need("its value")};
    words.finish();
    if (words.failed())
        return words.error()->message;
    auto* decision =
        recording_.events.empty() ? nullptr : std::get_if<RecordedDecision>(&recording_.events.back().what);
    if (!decision)
        return "expected a decision before an input";
    decision->inputs.push_back(std::move(looked));
    return {};
}

std::string RecordingParser::answer(Duration at, ScenarioWords& words) {
    RecordedAnswer answer;
    answer.name = words.need("a name");
    const auto type = findDnsType(words.need("a type"));
    const auto outcome = findOutcome(words.need("an outcome"));
    const bool timed = words.takeIf("took");
    const auto took = parseSeconds(words.need("a time"));
    while (!words.empty())
        answer.records.push_back(words.need("a record"));
    if (words.failed())
        return words.error()->message;
    if (!type || !outcome || !timed || !took)
        return "expected a name, a type, an outcome, took and a time";
    answer.type = *type;
    answer.outcome = *outcome;
    answer.took = *took;
    recording_.events.push_back({at, std::move(answer)});
    return {};
}

} // namespace

RecordedDecision RecordedDecision::of(const Decision& decision) {
    return {decision.event,  decision.agent,      decision.action, decision.response.toString(),
            decision.reason, decision.reasonData, decision.inputs};
}

bool Recording::has(SessionEnd end) const {
    return std::any_of(events.begin(), events.end(), [end](const RecordedEvent& event) {
        const auto* ended = std::get_if<SessionEnd>(&event.what);
        return ended && *ended == end;
    });
}

Result<Recording> parseRecording(std::string_view text, const std::string& name) {
    return RecordingParser(name).parse(text);
}

Result<Recording> readRecording(FileSystem& files, const std::string& path) {
    const auto text = readWholeFile(files, path, kMaxRecording);
    if (!text)
        return text.error();
    return parseRecording(*text, path);
}

} // namespace edge::testenv
