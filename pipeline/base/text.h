// ASCII text helpers in one place. SMTP, header names and cmdlet words are compared without case and without
// locale, so none of this asks the C library's locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// 'A'..'Z' to lower case, every other octet unchanged.
constexpr char asciiLower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
std::string asciiLower(std::string_view text);
std::string asciiUpper(std::string_view text);

// Equality, prefix, suffix and order without regard to ASCII case.
bool iequals(std::string_view a, std::string_view b);
bool istartsWith(std::string_view text, std::string_view prefix);
bool iendsWith(std::string_view text, std::string_view suffix);
// Strict weak order for ordered containers keyed by case-insensitive names.
struct ILess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

// Without leading and trailing blanks, tabs, CR and LF.
std::string_view trim(std::string_view text);
// The pieces between separators; empty pieces are kept.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& pieces, std::string_view separator);
std::string replaceAll(std::string text, std::string_view from, std::string_view to);

// Makes control characters (CR, LF, NUL, ...) visible as \r, \n, \x00: what a log line or terminal may safely
// show.
std::string escapeControls(std::string_view text);

// 16 upper-case hexadecimal digits: how Exchange prints a session id (platform.md 6.2).
std::string hex16(unsigned long long value);

} // namespace edge
