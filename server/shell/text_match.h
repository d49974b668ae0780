// -like and -match: wildcards by a matcher without backtracking beyond the last star, regular expressions by
// PCRE2 with a bound on its work, so that no pattern can hang the server.
#pragma once

#include <edge/base/result.h>

#include <string_view>

namespace edge {

// * ? [a-z] and a backtick before what is meant literally.
bool matchesWildcard(std::string_view text, std::string_view pattern, bool caseSensitive = false);
bool hasWildcard(std::string_view text);
// An error where the pattern is wrong or the work too much.
Result<bool> matchesPattern(std::string_view text, std::string_view pattern, bool caseSensitive = false);

} // namespace edge
