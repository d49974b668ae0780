#include <edge/base/text.h>
#include <edge/server/logs/visible_text.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace edge {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t length = 0; // octets; 0: not UTF-8
};

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// One character off the front of `text` (RFC 3629 4: no overlong forms, no surrogates, nothing above
// U+10FFFF).
Character firstCharacter(std::string_view text) {
    struct Form {
        unsigned char mask, lead;
        std::size_t length;
        char32_t lowest;
    };
    static constexpr std::array<Form, 4> kForms{
        {{0x80, 0x00, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}}};
    const auto lead = static_cast<unsigned char>(text.front());
    const auto form =
        std::find_if(kForms.begin(), kForms.end(), [&](const Form& f) { return (lead & f.mask) == f.lead; });
    if (form == kForms.end() || text.size() < form->length)
        return {};
    char32_t code = lead & static_cast<unsigned char>(~form->mask);
    for (const char c : text.substr(1, form->length - 1)) {
        if (!isContinuation(c))
            return {};
        code = (code << 6) | (static_cast<unsigned char>(c) & 0x3F);
    }
    if (code < form->lowest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return {};
    return {code, form->length};
}

// C1 controls, line and paragraph separators, and the marks that change the direction of text or are not seen
// at all.
bool steersTheScreen(char32_t code) {
    struct Range {
        char32_t first, last;
    };
    static constexpr std::array<Range, 6> kRanges{{{0x80, 0x9F},
                                                   {0x61C, 0x61C},
                                                   {0x200B, 0x200F},
                                                   {0x2028, 0x202E},
                                                   {0x2066, 0x2069},
                                                   {0xFEFF, 0xFEFF}}};
    return std::any_of(kRanges.begin(), kRanges.end(),
                       [code](const Range& range) { return code >= range.first && code <= range.last; });
}

std::string escaped(const char* format, unsigned value) {
    char text[16];
    const int length = std::snprintf(text, sizeof text, format, value);
    return {text, static_cast<std::size_t>(length)};
}

// Copies `text`, each character through `show(code, octets)`, octets that are none as \x9b.
template <class Show>
std::string throughCharacters(std::string_view text, const Show& show) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        const auto length = std::max<std::size_t>(character.length, 1);
        if (character.length == 0)
            shown += escaped("\\x%02x", static_cast<unsigned char>(text.front()));
        else
            show(shown, character.code, text.substr(0, length));
        text.remove_prefix(length);
    }
    return shown;
}

bool isPlainAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

} // namespace

std::string visibleText(std::string_view text) {
    if (isPlainAscii(text))
        return std::string(text);
    return throughCharacters(text, [](std::string& shown, char32_t code, std::string_view octets) {
        if (code < 0x80)
            shown += escapeControls(octets);
        else if (steersTheScreen(code))
            shown += escaped("\\u%04x", static_cast<unsigned>(code));
        else
            shown += octets;
    });
}

std::string validUtf8(std::string_view text) {
    return throughCharacters(text,
                             [](std::string& shown, char32_t, std::string_view octets) { shown += octets; });
}

std::string shortened(std::string_view text, std::size_t limit) {
    static constexpr std::string_view kCut = "...";
    if (text.size() <= limit)
        return std::string(text);
    auto end = limit > kCut.size() ? limit - kCut.size() : 0;
    while (end > 0 && isContinuation(text[end]))
        --end;
    return std::string(text.substr(0, end)) += kCut;
}

} // namespace edge
