// Text of any charset as UTF-8. A filter must see what a mail reader shows, so nothing here fails: a charset
// that nobody knows and octets that are no text become the best guess.
#pragma once

#include <string>
#include <string_view>

namespace edge {

// Well-formed UTF-8 without surrogates and overlong forms (RFC 3629 3).
bool isUtf8(std::string_view bytes);

// `bytes` of that charset in UTF-8. Without a usable charset: kept where they are UTF-8, else read as
// windows-1252, which is what unlabelled mail is written in. Octets that the charset does not have become
// U+FFFD.
std::string toUtf8(std::string_view bytes, std::string_view charset);

} // namespace edge
