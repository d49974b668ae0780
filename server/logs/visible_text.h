// Text from a peer made safe to show. A log line or a terminal must not be steered by what a client sends:
// line ends, escape sequences, broken UTF-8 and the characters that reorder text on screen all become visible
// characters.
#pragma once

#include <string>
#include <string_view>

namespace edge {

// Valid printable UTF-8 unchanged; controls as \r, \n, \t, \x00, \u009b; octets that are not UTF-8 as \x9b;
// line separators and direction marks as \u2028, \u202e.
std::string visibleText(std::string_view text);
// Only octets that are not UTF-8 become visible: for formats that escape the rest themselves (JSON).
std::string validUtf8(std::string_view text);
// The longest beginning of at most `limit` octets that does not cut a character, "..." included when
// something was cut.
std::string shortened(std::string_view text, std::size_t limit);

} // namespace edge
