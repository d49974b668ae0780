#include <edge/agents/content_filter/html_text.h>
#include <edge/base/text.h>

#include <glib.h>
#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace edge {
namespace {

// Elements within a line: they part no words.
constexpr std::array<std::string_view, 30> kInline{
    "a",   "abbr", "acronym", "b",    "bdi",    "bdo",    "big", "cite", "code", "data",
    "del", "dfn",  "em",      "font", "i",      "ins",    "kbd", "mark", "nobr", "q",
    "s",   "samp", "small",   "span", "strike", "strong", "sub", "sup",  "tt",   "u"};
constexpr std::size_t kMaxEntityName = 32; // the longest of HTML has 31 letters

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// One pass with a position that only grows: no tag, however long or nested, costs more than its octets.
class HtmlReader {
public:
    explicit HtmlReader(std::string_view html)
        : html_(html) {}

    std::string read() {
        while (at_ < html_.size()) {
            if (html_[at_] == '<')
                readMarkup();
            else if (html_[at_] == '&')
                readEntity();
            else if (html_[at_++] != '\0') // browsers show nothing in its place
                text_ += html_[at_ - 1];
        }
        return std::move(text_);
    }

private:
    char peek(std::size_t ahead) const { return at_ + ahead < html_.size() ? html_[at_ + ahead] : '\0'; }

    // Behind the next `end`, or at the end of everything.
    void skipBehind(std::string_view end) {
        const auto found = html_.find(end, at_);
        at_ = found == std::string_view::npos ? html_.size() : found + end.size();
    }

    void readMarkup() {
        if (html_.substr(at_, 4) == "<!--") {
            at_ += 4;
            skipBehind("-->");
        } else if (peek(1) == '!' || peek(1) == '?') {
            skipBehind(">");
        } else if (isLetter(peek(1)) || (peek(1) == '/' && isLetter(peek(2)))) {
            readTag();
        } else {
            text_ += html_[at_++]; // a plain "less than"
        }
    }

    void readTag() {
        const bool closing = peek(1) == '/';
        at_ += closing ? 2 : 1;
        const auto begin = at_;
        while (at_ < html_.size() && !isBlank(html_[at_]) && html_[at_] != '/' && html_[at_] != '>')
            ++at_;
        const auto name = asciiLower(html_.substr(begin, std::min(at_ - begin, kMaxEntityName)));
        skipAttributes();
        if (std::find(kInline.begin(), kInline.end(), name) == kInline.end())
            text_ += ' ';
        if (!closing && (name == "script" || name == "style"))
            skipRaw("</" + name);
    }

    // To behind the '>' that ends the tag; one in quotes behind an '=' does not.
    void skipAttributes() {
        bool afterEquals = false;
        while (at_ < html_.size()) {
            const char c = html_[at_++];
            if (c == '>')
                return;
            if (afterEquals && (c == '"' || c == '\''))
                skipBehind(std::string_view(&c, 1));
            if (!isBlank(c))
                afterEquals = c == '=';
        }
    }

    // Scripts and styles end at their own closing tag only.
    void skipRaw(std::string_view end) {
        while (at_ < html_.size() && !istartsWith(html_.substr(at_), end)) {
            const auto next = html_.find('<', at_ + 1);
            at_ = next == std::string_view::npos ? html_.size() : next;
        }
    }

    // "&amp;", "&#38;", "&#x26;", the semicolon often forgotten; anything else is text.
    void readEntity() {
        const auto begin = at_++;
        const auto value = peek(0) == '#' ? numericEntity() : namedEntity();
        if (value == 0) {
            at_ = begin + 1;
            text_ += '&';
            return;
        }
        if (peek(0) == ';')
            ++at_;
        char octets[6];
        text_.append(octets, static_cast<std::size_t>(g_unichar_to_utf8(value, octets)));
    }

    std::uint32_t numericEntity() {
        ++at_;
        const bool hex = peek(0) == 'x' || peek(0) == 'X';
        at_ += hex ? 1 : 0;
        std::uint32_t value = 0;
        for (; g_ascii_isxdigit(peek(0)) && (hex || isDigit(peek(0))); ++at_)
            value = std::min<std::uint32_t>(value * (hex ? 16 : 10) +
                                                static_cast<std::uint32_t>(g_ascii_xdigit_value(peek(0))),
                                            0x110000);
        return g_unichar_validate(value) ? value : 0;
    }

    std::uint32_t namedEntity() {
        std::string name;
        for (; name.size() < kMaxEntityName && (isLetter(peek(0)) || isDigit(peek(0))); ++at_)
            name += peek(0);
        const auto* entity = htmlEntityLookup(reinterpret_cast<const xmlChar*>(name.c_str()));
        return entity == nullptr ? 0 : entity->value;
    }

    std::string_view html_;
    std::size_t at_ = 0;
    std::string text_;
};

} // namespace

std::string htmlText(std::string_view html) {
    return HtmlReader(html).read();
}

} // namespace edge
