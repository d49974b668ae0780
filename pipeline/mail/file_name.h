// What a file name in a message amounts to once a mail reader has saved it. Windows and mail readers drop,
// fold and cut characters; a comparison that does not do the same is passed by "x.exe." or by an invisible
// letter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The name as people see it: without control characters, invisible and direction-changing characters, and
// without a path. UTF-8, at most kMaxPlainFileName octets; may be empty.
std::string plainFileName(std::string_view name);
inline constexpr std::size_t kMaxPlainFileName = 150; // octets; fits a field with room for its extension

// Every form of the name that an entry of a filter is compared with, each once: invisible characters dropped,
// compatibility characters (fullwidth, ligatures) made plain, case folded, trailing dots, blanks and quotes
// dropped; whole, behind its path, and before the colon of an alternate data stream.
std::vector<std::string> comparableFileNames(std::string_view name);

// An entry in the same form; its asterisks and dots stay where they are.
std::string comparableFilePattern(std::string_view pattern);

} // namespace edge
