#include <edge/base/text.h>
#include <edge/server/shell_client/completion_edit.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kMaxShown = 200; // a screen or two
constexpr std::size_t kGap = 2;        // blanks between columns

bool beginsCharacter(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), beginsCharacter));
}

std::size_t commonLength(std::string_view a, std::string_view b) {
    std::size_t length = 0;
    while (length < a.size() && length < b.size() && asciiLower(a[length]) == asciiLower(b[length]))
        ++length;
    return length;
}

// As far as all agree, case aside, in the spelling of the first; never half a character.
std::string commonPrefix(const std::vector<std::string>& words) {
    std::string_view prefix = words.front();
    for (const auto& word : words)
        prefix = prefix.substr(0, commonLength(prefix, word));
    auto length = prefix.size();
    while (length > 0 && length < words.front().size() && !beginsCharacter(words.front()[length]))
        --length;
    return std::string(prefix.substr(0, length));
}

} // namespace

CompletionEdit completionEdit(const CompletionRequest& request, const CompletionReply& reply) {
    if (reply.candidates.empty() || request.cursor > request.line.size() || reply.start > request.cursor)
        return {};
    const auto word = std::string_view(request.line).substr(reply.start, request.cursor - reply.start);
    if (reply.candidates.size() == 1) {
        const bool spaced = request.cursor < request.line.size() && request.line[request.cursor] == ' ';
        return {characters(word), reply.candidates.front() + (spaced ? "" : " "), {}};
    }
    auto prefix = commonPrefix(reply.candidates);
    if (prefix.size() > word.size())
        return {characters(word), std::move(prefix), {}};
    return {0, {}, reply.candidates};
}

std::string inColumns(const std::vector<std::string>& words, std::size_t width) {
    const auto shown = std::min(words.size(), kMaxShown);
    std::size_t cell = 1;
    for (std::size_t i = 0; i < shown; ++i)
        cell = std::max(cell, characters(words[i]) + kGap);
    const auto columns = std::max<std::size_t>(1, (width + kGap) / cell);
    const auto rows = (shown + columns - 1) / columns;
    std::string text;
    for (std::size_t row = 0; row < rows; ++row) {
        for (auto i = row; i < shown; i += rows) {
            text += words[i];
            if (i + rows < shown)
                text.append(cell - characters(words[i]), ' ');
        }
        text += '\n';
    }
    if (shown < words.size())
        text += "... and " + std::to_string(words.size() - shown) + " more\n";
    return text;
}

} // namespace edge
