// ComparableText: text in the one form in which a phrase and a message are compared: Unicode compatibility
// form, case folded, without invisible characters, blanks collapsed. Fullwidth letters, soft hyphens and line
// breaks would otherwise be a way round every phrase (docs/decisions/0821).
#pragma once

#include <string>
#include <string_view>

namespace edge {

// Appends `utf8` in comparable form; a run of blanks becomes one blank, also across calls.
void appendComparable(std::string& to, std::string_view utf8);
std::string comparable(std::string_view utf8);

// Whether a phrase may begin or end at `at` of a comparable text: not between two characters of one word.
// Scripts that are written without blanks have no words in this sense.
bool isWordEdge(std::string_view text, std::size_t at);

} // namespace edge
