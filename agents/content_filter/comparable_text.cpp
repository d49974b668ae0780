#include <edge/agents/content_filter/comparable_text.h>
#include <edge/base/octet_words.h>
#include <edge/base/text.h>

#include <glib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace edge {
namespace {

struct Free {
    void operator()(char* text) const { g_free(text); }
};
using GText = std::unique_ptr<char, Free>;

constexpr bool isAscii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

constexpr bool isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

void appendBlank(std::string& to) {
    if (!to.empty() && to.back() != ' ')
        to += ' ';
}

// What an ASCII octet becomes: a small letter, a blank, itself; kForeign for the others.
constexpr char kForeign = '\x80';
constexpr auto kComparable = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto c = static_cast<char>(i);
        table[i] = !isAscii(c) ? kForeign : isBlank(c) ? ' ' : asciiLower(c);
    }
    return table;
}();

// Eight octets that only need small letters: ASCII, no control, no blank behind a blank. All but the ends of
// lines.
bool isSimple(std::uint64_t word, bool afterBlank) {
    if (!octets::isAscii(word) || octets::below(word, ' ') != 0)
        return false;
    const auto blanks = octets::below(word, ' ' + 1);
    const bool firstIsBlank = static_cast<char>(word & 0xFF) == ' '; // little end first
    return (blanks & (blanks << 8)) == 0 && !(afterBlank && firstIsBlank);
}

// Room is made for so many octets at a time. For all that is left of the text it would be made again behind
// every letter beyond ASCII, and a text of such letters would take a time that grows with the square of its
// length.
constexpr std::size_t kAsciiPiece = 256;

// Takes the ASCII octets off the front of `text`: nearly all of nearly every message, hence without a look at
// the string's size for each.
void appendAscii(std::string& to, std::string_view& text) {
    const auto before = to.size();
    to.resize(before + text.size());
    char* out = to.data() + before;
    bool blank = before == 0 || to[before - 1] == ' ';
    std::size_t taken = 0;
    const auto takeOne = [&] {
        const char c = kComparable[static_cast<unsigned char>(text[taken])];
        if (c == kForeign)
            return false;
        *out = c;
        out += c == ' ' && blank ? 0 : 1;
        blank = c == ' ';
        ++taken;
        return true;
    };
    bool ascii = true;
    while (ascii && taken < text.size()) {
        if (taken + octets::kWord <= text.size()) {
            const auto word = octets::load(text.data() + taken);
            if (isSimple(word, blank)) {
                octets::store(out, octets::lower(word));
                out += octets::kWord;
                taken += octets::kWord;
                blank = out[-1] == ' ';
                continue;
            }
        }
        for (std::size_t i = 0; ascii && i < octets::kWord && taken < text.size(); ++i)
            ascii = takeOne();
    }
    to.resize(static_cast<std::size_t>(out - to.data()));
    text.remove_prefix(taken);
}

// Soft hyphen, zero-width characters, bidirectional marks, variation selectors: what no reader sees.
bool isInvisible(gunichar c) {
    const auto type = g_unichar_type(c);
    return type == G_UNICODE_FORMAT || c == 0x034F || (c >= 0xFE00 && c <= 0xFE0F);
}

void appendCharacter(std::string& to, gunichar c) {
    if (isInvisible(c))
        return;
    if (g_unichar_isspace(c)) {
        appendBlank(to);
        return;
    }
    char octets[6];
    to.append(octets, static_cast<std::size_t>(g_unichar_to_utf8(c, octets)));
}

// Decomposed, so that a letter and its accent compare equal however they were sent.
void appendPiece(std::string& to, const char* begin, const char* end) {
    const GText decomposed(g_utf8_normalize(begin, end - begin, G_NORMALIZE_ALL));
    const GText folded(g_utf8_casefold(decomposed.get(), -1));
    const GText again(g_utf8_normalize(folded.get(), -1, G_NORMALIZE_ALL));
    for (const char* at = again.get(); *at != '\0'; at = g_utf8_next_char(at))
        appendCharacter(to, g_utf8_get_char(at));
}

// Characters beyond ASCII, in short pieces: putting accents into order takes a time that grows with the
// square of their number. A piece begins at a letter, so cutting changes nothing; no language has kMaxMarks
// accents on one (Unicode UAX #15, stream-safe text).
void appendForeign(std::string& to, std::string_view run) {
    constexpr int kPiece = 64;
    constexpr int kMaxMarks = 30;
    const GText valid(g_utf8_make_valid(run.data(), static_cast<gssize>(run.size())));
    const char* begin = valid.get();
    int length = 0;
    int marks = 0;
    const char* at = begin;
    for (; *at != '\0'; at = g_utf8_next_char(at), ++length) {
        const bool mark = g_unichar_ismark(g_utf8_get_char(at));
        if (mark ? marks >= kMaxMarks : length >= kPiece) {
            appendPiece(to, begin, at);
            begin = at;
            length = marks = 0;
        }
        marks = mark ? marks + 1 : 0;
    }
    appendPiece(to, begin, at);
}

// Of scripts that part words by blanks; combining marks belong to their letter.
bool isWordCharacter(gunichar c) {
    const bool withoutBlanks = g_unichar_iswide(c) || (c >= 0x0E00 && c <= 0x0EFF) /* Thai, Lao */ ||
                               (c >= 0x1000 && c <= 0x109F) /* Myanmar */ ||
                               (c >= 0x1780 && c <= 0x17FF) /* Khmer */;
    return !withoutBlanks && (g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '_');
}

} // namespace

void appendComparable(std::string& to, std::string_view utf8) {
    to.reserve(to.size() + utf8.size());
    while (!utf8.empty()) {
        auto piece = utf8.substr(0, kAsciiPiece);
        const auto size = piece.size();
        appendAscii(to, piece);
        utf8.remove_prefix(size - piece.size());
        const auto run =
            static_cast<std::size_t>(std::find_if(utf8.begin(), utf8.end(), isAscii) - utf8.begin());
        if (run > 0)
            appendForeign(to, utf8.substr(0, run));
        utf8.remove_prefix(run);
    }
}

std::string comparable(std::string_view utf8) {
    std::string text;
    appendComparable(text, utf8);
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

bool isWordEdge(std::string_view text, std::size_t at) {
    if (at == 0 || at >= text.size())
        return true;
    const auto* before = g_utf8_find_prev_char(text.data(), text.data() + at);
    return before == nullptr || !isWordCharacter(g_utf8_get_char(before)) ||
           !isWordCharacter(g_utf8_get_char(text.data() + at));
}

} // namespace edge
