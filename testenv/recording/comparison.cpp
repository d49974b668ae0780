#include <edge/base/text.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/scenario/scenario_report.h>

#include <algorithm>
#include <array>
#include <optional>
#include <regex>

namespace edge::testenv {
namespace {

constexpr Duration kShownWait = std::chrono::seconds(1); // a reply that took less came at once
constexpr Duration kSlack = std::chrono::seconds(3);     // what a busy machine may add to a reply
constexpr std::size_t kShownOctets = 200;                // of what a client said
constexpr std::size_t kSearchedOctets = 4096;            // of a line: std::regex recurses by its length

struct Variable {
    const char* pattern;
    const char* word;
};
// What differs from one session to the next though the server does the same.
constexpr std::array<Variable, 8> kVariables{{
    {"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \\d{4} "
     "\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}",
     "<date>"},
    {"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "<date>"},
    {"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}", "<id>"},
    {"\\b[0-9A-Fa-f]{32}\\b", "<id>"},
    {"\\b[0-9A-F]{16}\\b", "<id>"},
    {"\\bentry \\d+\\b", "entry <id>"}, // of an IP list: only the entries that mattered are there
    {"InternalId=\\d+", "InternalId=<id>"},
    // \b: a long run of digits is tried once, not from each of them
    {"\\b\\d+ bytes in \\d+\\.\\d+, \\d+\\.\\d+ KB/sec", "<rate>"},
}};

const std::vector<std::regex>& variablePatterns() {
    static const std::vector<std::regex> patterns = [] {
        std::vector<std::regex> compiled;
        for (const auto& row : kVariables)
            compiled.emplace_back(row.pattern, std::regex::optimize);
        return compiled;
    }();
    return patterns;
}

// The internal id that an accepted message's decision has for its datum.
bool isInternalId(const RecordedDecision& decision) {
    return decision.agent == kServerAgent && decision.reason == "Queued";
}

std::string shownWords(const Utterance& utterance) {
    auto text = utterance.bytes();
    if (utterance.kind == Utterance::Kind::Content) {
        const auto lines = std::count(text.begin(), text.end(), '\n');
        return "a message of " + std::to_string(lines) + " lines";
    }
    if (text.ends_with("\r\n"))
        text.resize(text.size() - 2);
    if (text.size() > kShownOctets)
        text = text.substr(0, kShownOctets) + "...";
    return escapeControls(text);
}

std::string waitText(Duration took) {
    if (took < kShownWait)
        return {};
    return " (after " + std::to_string(std::chrono::round<std::chrono::seconds>(took).count()) + " s)";
}

void addReply(std::vector<std::string>& lines, const HeardReply& reply) {
    for (std::size_t i = 0; i < reply.lines.size(); ++i)
        lines.push_back("S: " + normalised(escapeControls(reply.lines[i])) +
                        (i == 0 ? waitText(reply.took) : ""));
}

// `now`, with the times of `recorded` where they are the same for all that real time can tell.
SessionOutcome alignedTimes(const SessionOutcome& recorded, SessionOutcome now) {
    const auto align = [](const HeardReply& then, HeardReply& reply) {
        const auto slack = kSlack + then.took / 10;
        if (!then.isEmpty() && then.took - reply.took < slack && reply.took - then.took < slack)
            reply.took = then.took;
    };
    align(recorded.banner, now.banner);
    for (std::size_t i = 0; i < std::min(recorded.replies.size(), now.replies.size()); ++i)
        align(recorded.replies[i], now.replies[i]);
    for (auto& reply : now.more)
        reply.took = Duration::zero(); // nobody asked, so nobody waited
    return now;
}

// How it ended is not known of a recording that breaks off.
bool endIsKnown(const SessionCase& given) {
    return given.leaving != Leaving::Unknown && given.leaving != Leaving::Resets;
}

} // namespace

std::string normalised(std::string_view line) {
    std::string text(line.substr(0, kSearchedOctets));
    const auto& patterns = variablePatterns();
    for (std::size_t i = 0; i < patterns.size(); ++i)
        text = std::regex_replace(text, patterns[i], kVariables[i].word);
    return text += line.substr(std::min(line.size(), kSearchedOctets));
}

std::string stableBeginning(std::string_view line) {
    auto end = std::min(line.size(), kSearchedOctets);
    std::cmatch match;
    for (const auto& pattern : variablePatterns())
        if (std::regex_search(line.data(), line.data() + end, match, pattern))
            end = static_cast<std::size_t>(match.position(0));
    return std::string(line.substr(0, end));
}

std::string decisionText(const RecordedDecision& decision) {
    auto text = std::string(toString(decision.event)) + " " + decision.agent + " " +
                std::string(toString(decision.action));
    if (!decision.response.empty())
        text += " \"" + normalised(escapeControls(decision.response)) + "\"";
    if (!decision.reason.empty())
        text += " because " + decision.reason;
    if (!decision.data.empty())
        text += " (" + (isInternalId(decision) ? "<id>" : normalised(escapeControls(decision.data))) + ")";
    return text;
}

std::vector<std::string> outcomeLines(const SessionCase& given, const SessionOutcome& outcome) {
    std::vector<std::string> lines;
    addReply(lines, outcome.banner);
    for (std::size_t i = 0; i < given.said.size(); ++i) {
        lines.push_back("C: " + shownWords(given.said[i]));
        if (i < outcome.replies.size())
            addReply(lines, outcome.replies[i]);
    }
    for (const auto& reply : outcome.more)
        addReply(lines, reply);
    if (endIsKnown(given))
        lines.emplace_back(outcome.closed ? "closed by the server" : "left open by the server");
    for (const auto& decision : outcome.decisions) {
        lines.push_back("decision " + decisionText(decision));
        for (const auto& input : decision.inputs)
            lines.push_back("decision     " + input.what + " = " + normalised(escapeControls(input.value)));
    }
    return lines;
}

std::string outcomeDifference(const SessionCase& given, const SessionOutcome& recorded,
                              const SessionOutcome& now) {
    auto then = recorded;
    for (auto& reply : then.more)
        reply.took = Duration::zero();
    const auto before = outcomeLines(given, then);
    const auto after = outcomeLines(given, alignedTimes(recorded, now));
    if (before == after)
        return {};
    return differenceText(join(before, "\n"), join(after, "\n"));
}

} // namespace edge::testenv
