// "Did you mean …?": one measure of nearness for cmdlets, parameters, words and properties, so that every
// message of the shell guesses alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The candidate nearest to `word` (case, omissions, swaps, a missing or wrong part), or empty when none is
// near.
std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);
// "; did you mean \"Reject\"?" or nothing.
std::string didYouMean(std::string_view word, const std::vector<std::string>& candidates);

} // namespace edge
