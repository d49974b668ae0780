#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <algorithm>
#include <array>
#include <regex>

namespace edge::testenv {
namespace {

constexpr std::string_view kAnyLines = "...";
constexpr std::size_t kShownText = 2000; // octets of a file that fit into a failure

std::string_view withoutTrailingBlanks(std::string_view line) {
    const auto end = line.find_last_not_of(" \t\r");
    return end == std::string_view::npos ? std::string_view{} : line.substr(0, end + 1);
}

bool matchesFrom(const std::vector<std::string>& expected, std::size_t at,
                 const std::vector<std::string>& lines, std::size_t line) {
    for (; at < expected.size(); ++at, ++line) {
        if (trim(expected[at]) == kAnyLines) {
            for (auto next = line; next <= lines.size(); ++next)
                if (matchesFrom(expected, at + 1, lines, next))
                    return true;
            return false;
        }
        if (line >= lines.size() || withoutTrailingBlanks(expected[at]) != lines[line])
            return false;
    }
    return line == lines.size();
}

bool found(const std::string& pattern, std::string_view text) {
    const std::regex regex(pattern);
    return std::regex_search(text.begin(), text.end(), regex);
}

bool isThere(const step::ExpectDecision& expected, const Decision& decision) {
    return (expected.agent.empty() || iequals(expected.agent, decision.agent)) &&
           (!expected.event || *expected.event == decision.event);
}

bool hasInputs(const step::ExpectDecision& expected, const Decision& decision) {
    return std::all_of(expected.inputs.begin(), expected.inputs.end(), [&](const DecisionInput& input) {
        return std::find(decision.inputs.begin(), decision.inputs.end(), input) != decision.inputs.end();
    });
}

bool isMeant(const step::ExpectDecision& expected, const Decision& decision) {
    if (!isThere(expected, decision))
        return false;
    if (expected.absent && !expected.action)
        return decision.action != Action::None;
    return (!expected.action || *expected.action == decision.action) &&
           (!expected.response || decision.response.toString().starts_with(*expected.response)) &&
           (!expected.reason || *expected.reason == decision.reason) &&
           (!expected.data || *expected.data == decision.reasonData) && hasInputs(expected, decision);
}

// A text of lines, whatever ends them, and the last one is ended or not.
std::string blockText(std::string_view text) {
    auto lines = replaceAll(std::string(text), "\r\n", "\n");
    if (lines.ends_with('\n'))
        lines.pop_back();
    return lines;
}

// As a word of a scenario.
std::string wordOf(std::string_view value) {
    const auto isPlain = [](unsigned char c) {
        return c > ' ' && c != 0x7F && c != '"' && c != '#' && c != '\\';
    };
    if (!value.empty() && std::all_of(value.begin(), value.end(), isPlain))
        return std::string(value);
    std::string word = "\"";
    for (const char c : value) {
        constexpr std::string_view kSpecial("\r\n\t\0\\\"", 6);
        constexpr std::string_view kLetters = "rnt0\\\"";
        constexpr std::string_view kDigits = "0123456789ABCDEF";
        const auto octet = static_cast<unsigned char>(c);
        if (const auto special = kSpecial.find(c); special != std::string_view::npos)
            word += std::string("\\") + kLetters[special];
        else if (octet < ' ' || octet == 0x7F)
            word += std::string("\\x") + kDigits[octet >> 4] + kDigits[octet & 15];
        else
            word += c;
    }
    return word + "\"";
}

} // namespace

std::vector<std::string> outputLines(std::string_view output) {
    std::vector<std::string> lines;
    for (const auto line : split(output, '\n'))
        lines.emplace_back(withoutTrailingBlanks(line));
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    while (!lines.empty() && lines.front().empty())
        lines.erase(lines.begin());
    return lines;
}

bool outputMatches(const std::vector<std::string>& expected, std::string_view output) {
    return matchesFrom(expected, 0, outputLines(output), 0);
}

std::optional<std::string> missingError(const std::vector<std::string>& expected,
                                        const std::vector<std::string>& errors) {
    if (expected.empty())
        return errors.empty() ? std::nullopt : std::optional<std::string>("no error");
    for (const auto& piece : expected) {
        const bool told = std::any_of(errors.begin(), errors.end(), [&](const std::string& error) {
            return error.find(piece) != std::string::npos;
        });
        if (!told)
            return "an error with \"" + piece + "\"";
    }
    return std::nullopt;
}

bool replyMatches(const step::Reply& expected, std::string_view line) {
    switch (expected.match) {
    case step::ReplyMatch::Exact:
        return line == expected.text;
    case step::ReplyMatch::Regex:
        return found(expected.text, line);
    default:
        return line.starts_with(expected.text);
    }
}

std::string replyInWords(const step::Reply& expected) {
    switch (expected.match) {
    case step::ReplyMatch::Exact:
        return expected.text + " and nothing else";
    case step::ReplyMatch::Regex:
        return "a line that matches " + expected.text;
    default:
        return expected.text;
    }
}

std::optional<std::string> wrongLine(const step::Reply& expected, const std::vector<std::string>& reply) {
    const bool has = std::any_of(reply.begin(), reply.end(),
                                 [&](const std::string& line) { return line.starts_with(expected.text); });
    if (has == (expected.match == step::ReplyMatch::HasLine))
        return std::nullopt;
    return (has ? "no line that begins with " : "a line that begins with ") + expected.text;
}

std::string stablePart(std::string_view line) {
    constexpr std::size_t kCodes = 9; // "250 2.6.0"
    if (line.starts_with("220 "))
        return "220";
    if (line.find("Queued mail for delivery") != std::string_view::npos)
        return std::string(line.substr(0, kCodes));
    return std::string(line);
}

std::string spanWord(Duration span) {
    using std::chrono::seconds;
    const auto whole = std::chrono::floor<seconds>(span);
    return whole == span && whole < std::chrono::minutes(1) ? std::to_string(whole.count()) + "s"
                                                            : timeSpanText(span);
}

std::size_t findDecision(const step::ExpectDecision& expected, const std::vector<Decision>& all,
                         std::size_t from) {
    while (from < all.size() && !isMeant(expected, all[from]))
        ++from;
    return from;
}

std::size_t nearestDecision(const step::ExpectDecision& expected, const std::vector<Decision>& all) {
    std::size_t nearest = all.size();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (isThere(expected, all[i]) && (nearest == all.size() || all[i].action != Action::None))
            nearest = i;
    return nearest;
}

std::optional<std::string> wrongText(const step::ExpectText& expected,
                                     const std::vector<std::string>& values) {
    const auto text = expected.isBlock ? blockText(expected.text) : expected.text;
    const auto fits = [&](const std::string& raw) {
        const auto value = expected.isBlock ? blockText(raw) : raw;
        switch (expected.match) {
        case step::TextMatch::Contains:
            return value.find(text) != std::string::npos;
        case step::TextMatch::Is:
            return value == text;
        case step::TextMatch::Matches:
            return found(text, value);
        case step::TextMatch::Present:
            return expected.header ? true : !value.empty();
        }
        return false;
    };
    const bool any = std::any_of(values.begin(), values.end(), fits);
    if (any != expected.negated)
        return std::nullopt;
    if (expected.match == step::TextMatch::Present)
        return expected.negated ? "nothing there" : "something there";
    if (expected.isBlock) // as it stands, so that the difference is one of lines
        return (expected.negated ? "not\n" : "") + text;
    constexpr std::array<std::string_view, 3> kWords{"a text with \"", "the text \"",
                                                     "a text that matches \""};
    return (expected.negated ? "not " : "") + std::string(kWords[static_cast<std::size_t>(expected.match)]) +
           expected.text + "\"";
}

std::optional<std::string> withValue(std::string_view line, std::string_view value) {
    constexpr std::string_view kIs = " is ";
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\\' && quoted)
            ++at;
        else if (line[at] == '"')
            quoted = !quoted;
        else if (!quoted && line.substr(at).starts_with(kIs))
            return std::string(line.substr(0, at + kIs.size())) + wordOf(value);
    }
    return std::nullopt;
}

std::string shortened(std::string_view text) {
    if (text.size() <= kShownText)
        return std::string(text);
    return std::string(text.substr(0, kShownText)) + "\n... (" + std::to_string(text.size()) + " octets)";
}

std::vector<std::string> decisionLines(const Decision& decision) {
    std::string line = isoTime(decision.time).substr(11, 12) + " " + std::string(toString(decision.event)) +
                       " " + decision.agent + " " + std::string(toString(decision.action));
    if (!decision.response.isEmpty())
        line += " \"" + decision.response.toString() + "\"";
    if (!decision.reason.empty())
        line += " because " + decision.reason;
    if (!decision.reasonData.empty())
        line += " (" + escapeControls(decision.reasonData) + ")";
    if (decision.elapsed > Duration::zero())
        line += " in " + spanWord(decision.elapsed);
    std::vector<std::string> lines{std::move(line)};
    for (const auto& input : decision.inputs)
        lines.push_back("    " + input.what + " = " + escapeControls(input.value));
    if (!decision.diagnostics.empty())
        lines.push_back("    " + escapeControls(decision.diagnostics));
    return lines;
}

} // namespace edge::testenv
