#include <edge/base/text.h>
#include <edge/mail/charset_text.h>
#include <edge/mail/file_name.h>

#include <glib.h>

#include <algorithm>
#include <memory>

namespace edge {
namespace {

struct GFree {
    void operator()(char* text) const { g_free(text); }
};
using GString = std::unique_ptr<char, GFree>;

// Controls, and what is drawn as nothing or turns the direction of what follows.
bool isInvisible(gunichar c) {
    if (c == 0x00AD) // soft hyphen
        return true;
    const auto type = g_unichar_type(c);
    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
           type == G_UNICODE_PARAGRAPH_SEPARATOR || g_unichar_iszerowidth(c);
}

bool isPlainAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string withoutInvisible(std::string_view name) {
    const auto text = toUtf8(name, "");
    if (isPlainAscii(text))
        return text;
    std::string visible;
    for (const char *at = text.c_str(), *end = at + text.size(); at < end; at = g_utf8_next_char(at)) {
        const auto c = g_utf8_get_char(at);
        if (c != 0 && !isInvisible(c))
            visible.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    }
    return visible;
}

// Compatibility forms and case (Unicode NFKC, default case folding).
std::string folded(std::string_view visible) {
    if (isPlainAscii(visible))
        return asciiLower(visible);
    const GString plain(
        g_utf8_normalize(visible.data(), static_cast<gssize>(visible.size()), G_NORMALIZE_NFKC));
    if (!plain)
        return asciiLower(visible);
    const GString lower(g_utf8_casefold(plain.get(), -1));
    return lower.get();
}

std::string_view behindPath(std::string_view name) {
    const auto slash = name.find_last_of("/\\");
    return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

// Windows drops dots and blanks at the end of a name; readers drop quotes.
std::string_view withoutTail(std::string_view name) {
    const auto last = name.find_last_not_of(". \t\"'`<>;,");
    return last == std::string_view::npos ? std::string_view() : name.substr(0, last + 1);
}

void addUnique(std::vector<std::string>& list, std::string_view text) {
    if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end())
        list.emplace_back(text);
}

} // namespace

std::string plainFileName(std::string_view name) {
    auto visible = withoutInvisible(name);
    auto plain = trim(behindPath(withoutTail(visible)));
    if (plain.size() > kMaxPlainFileName) {
        auto length = kMaxPlainFileName;
        while (length > 0 && (static_cast<unsigned char>(plain[length]) & 0xC0) == 0x80)
            --length; // not within a character
        plain = plain.substr(0, length);
    }
    return std::string(plain);
}

std::vector<std::string> comparableFileNames(std::string_view name) {
    std::vector<std::string> forms;
    const auto text = folded(withoutInvisible(name));
    const auto whole = withoutTail(text);
    addUnique(forms, whole);
    addUnique(forms, withoutTail(behindPath(whole)));
    // "x.exe::$DATA", "x.exe:note": the file is what stands before the colon; in "C:x.exe" it stands behind.
    const auto file = behindPath(whole);
    for (auto colon = file.find(':'); colon != std::string_view::npos; colon = file.find(':', colon + 1))
        addUnique(forms, withoutTail(file.substr(0, colon)));
    return forms;
}

std::string comparableFilePattern(std::string_view pattern) {
    return folded(withoutInvisible(pattern));
}

} // namespace edge
