// Whether what happened is what a scenario expects: pure functions from a step and what was seen to a verdict
// and the words for it.
#pragma once

#include <edge/testenv/scenario/scenario.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// Lines of what cmdlets printed, without blanks at their ends and without empty lines round the whole.
std::vector<std::string> outputLines(std::string_view output);
// "..." in `expected` stands for any lines, also none.
bool outputMatches(const std::vector<std::string>& expected, std::string_view output);
// What is wrong with the errors, in words: one that was not expected, or one that is missing.
std::optional<std::string> missingError(const std::vector<std::string>& expected,
                                        const std::vector<std::string>& errors);

bool replyMatches(const step::Reply& expected, std::string_view line);
std::string replyInWords(const step::Reply& expected);
// HasLine and LacksLine.
std::optional<std::string> wrongLine(const step::Reply& expected, const std::vector<std::string>& reply);
// What of a reply is worth expecting: its codes, where the rest is numbers and dates.
std::string stablePart(std::string_view line);
// "5s", "1.00:00:00": as scenarios write a time.
std::string spanWord(Duration span);

// The first decision from `from` on that is meant; all.size() where there is none.
std::size_t findDecision(const step::ExpectDecision& expected, const std::vector<Decision>& all,
                         std::size_t from);
// The one that differs in action, reply or reason only.
std::size_t nearestDecision(const step::ExpectDecision& expected, const std::vector<Decision>& all);

// What is wrong with the texts, of which one is to fit (or none, where negated).
std::optional<std::string> wrongText(const step::ExpectText& expected,
                                     const std::vector<std::string>& values);
// The line with `value` behind its "is", in quotes where it needs them; none where the line has no such word.
std::optional<std::string> withValue(std::string_view line, std::string_view value);
// The beginning of a long text.
std::string shortened(std::string_view text);

} // namespace edge::testenv
