#include <edge/base/text.h>
#include <edge/testenv/recording/session_parts.h>

#include <array>
#include <utility>

namespace edge::testenv {
namespace {

constexpr std::string_view kDot = ".\r\n";

std::string joined(const std::vector<std::string>& pieces, const std::vector<std::size_t>& kept) {
    std::string text;
    for (const auto index : kept)
        text += pieces[index];
    return text;
}

template <class T>
std::vector<T> chosen(const std::vector<T>& all, const std::vector<std::size_t>& kept) {
    std::vector<T> some;
    for (const auto index : kept)
        some.push_back(all[index]);
    return some;
}

// MAIL to the next MAIL, and what stands before the first one: indices of what was said.
std::vector<std::vector<std::size_t>> transactions(const SessionCase& given) {
    std::vector<std::vector<std::size_t>> groups(1);
    for (std::size_t i = 0; i < given.said.size(); ++i) {
        const auto& said = given.said[i];
        if (said.kind == Utterance::Kind::Line && istartsWith(said.bytes(), "MAIL"))
            groups.emplace_back();
        groups.back().push_back(i);
    }
    return groups;
}

SessionCut scriptCut(const SessionCase& given) {
    return {given.script.size(), [&given](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.script = chosen(given.script, kept);
                return cut;
            }};
}

SessionCut entryCut(const SessionCase& given) {
    return {given.entries.size(), [&given](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.entries = chosen(given.entries, kept);
                return cut;
            }};
}

SessionCut answerCut(const SessionCase& given) {
    return {given.answers.size(), [&given](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.answers = chosen(given.answers, kept);
                return cut;
            }};
}

SessionCut transactionCut(const SessionCase& given) {
    auto groups = transactions(given);
    const auto count = groups.size();
    return {count, [&given, groups = std::move(groups)](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.said.clear();
                for (const auto group : kept)
                    for (const auto index : groups[group])
                        cut.said.push_back(given.said[index]);
                return cut;
            }};
}

SessionCut wordCut(const SessionCase& given) {
    return {given.said.size(), [&given](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.said = chosen(given.said, kept);
                return cut;
            }};
}

std::vector<std::size_t> messages(const SessionCase& given) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < given.said.size(); ++i)
        if (given.said[i].kind == Utterance::Kind::Content)
            indices.push_back(i);
    return indices;
}

SessionCut messageCut(const SessionCase& given, std::size_t index, bool fine) {
    const auto bytes = given.said[index].bytes();
    const auto content = std::string_view(bytes).substr(0, bytes.size() - kDot.size());
    auto pieces = fine ? messageLines(content) : messageParts(content);
    const auto count = pieces.size();
    return {count, [&given, index, pieces = std::move(pieces)](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.said[index].pieces = {
                    {given.said[index].pieces.front().pause, joined(pieces, kept) + std::string(kDot)}};
                return cut;
            }};
}

// A list without its first or last element keeps no comma at its end.
std::string withoutLooseCommas(std::string line) {
    line = replaceAll(std::move(line), ", -", " -");
    line = replaceAll(std::move(line), ",,", ",");
    while (line.ends_with(',') || line.ends_with(' '))
        line.pop_back();
    return line;
}

SessionCut cmdletCut(const SessionCase& given, std::size_t index) {
    auto pieces = cmdletPieces(given.script[index]);
    const auto count = pieces.size();
    return {count, [&given, index, pieces = std::move(pieces)](const std::vector<std::size_t>& kept) {
                auto cut = given;
                cut.script[index] = withoutLooseCommas(joined(pieces, kept));
                return cut;
            }};
}

using MakeCut = SessionCut (*)(const SessionCase&);
constexpr std::array<MakeCut, 5> kWholeCuts{scriptCut, entryCut, answerCut, transactionCut, wordCut};

} // namespace

std::vector<std::string> messageLines(std::string_view content) {
    std::vector<std::string> lines;
    while (!content.empty()) {
        const auto end = content.find('\n');
        const auto line = content.substr(0, end == std::string_view::npos ? end : end + 1);
        lines.emplace_back(line);
        content.remove_prefix(line.size());
    }
    return lines;
}

std::vector<std::string> messageParts(std::string_view content) {
    std::vector<std::string> parts;
    bool inHeader = true;
    for (auto& line : messageLines(content)) {
        const bool folded = line.starts_with(' ') || line.starts_with('\t');
        const bool begins = parts.empty() || (inHeader ? !folded : line.starts_with("--"));
        const bool blank = trim(line).empty();
        if (begins || (inHeader && blank))
            parts.push_back(std::move(line));
        else
            parts.back() += line;
        if (inHeader && blank) {
            inHeader = false;
            parts.emplace_back(); // the body begins a part of its own
        }
    }
    if (!parts.empty() && parts.back().empty())
        parts.pop_back();
    return parts;
}

std::vector<std::string> cmdletPieces(std::string_view line) {
    std::vector<std::string> pieces(1);
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote != 0)
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        const bool parameter = quote == 0 && c == ' ' && i + 1 < line.size() && line[i + 1] == '-';
        if (parameter)
            pieces.emplace_back();
        pieces.back() += c;
        if (quote == 0 && c == ',')
            pieces.emplace_back();
    }
    return pieces;
}

std::size_t cutCount(const SessionCase& given) {
    return kWholeCuts.size() + 2 * messages(given).size() + given.script.size();
}

SessionCut cutOf(const SessionCase& given, std::size_t number) {
    if (number < kWholeCuts.size())
        return kWholeCuts[number](given);
    number -= kWholeCuts.size();
    const auto contents = messages(given);
    if (number < 2 * contents.size())
        return messageCut(given, contents[number / 2], number % 2 == 1);
    return cmdletCut(given, number - 2 * contents.size());
}

} // namespace edge::testenv
