// What came of scenarios, for people and for other programs: a line each, an explanation for each that
// failed, and the forms that CI systems read. Pure functions, so that every form has a test.
#pragma once

#include <edge/testenv/scenario/scenario_suite.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// "ok      sender_filter/blank_sender  1.2 ms", without line end.
std::string resultLine(const PlayedScenario& played, bool colour);
// Where it missed, what was expected and what came, the dialogue before it, the decisions, how to run it
// again.
std::string failureText(const PlayedScenario& played);
// "- expected" and "+ got", line by line; what both have is indented.
std::string differenceText(std::string_view expected, std::string_view got);
// "12 passed, 1 failed in 0.20 s".
std::string summaryLine(const SuiteSummary& summary);

// All that a scenario came to, octet for octet and without what differs from run to run: two that are equal
// were played alike. Complete where the run kept its Replay files.
std::string transcriptText(const PlayedScenario& played);
// The name of the file for it: "sender_filter.blank_sender[2].txt".
std::string transcriptName(const PlayedScenario& played);

// TAP 14: the plan, a line each (with a YAML block where it failed).
std::string tapPlan(std::size_t count);
std::string tapText(const PlayedScenario& played, std::size_t number);
// "::error file=...,line=...::..." for each miss; empty where there is none (GitHub's workflow commands).
std::string githubText(const PlayedScenario& played);
// The JUnit form that Jenkins reads.
std::string junitDocument(const std::vector<PlayedScenario>& played, const SuiteSummary& summary);

// Raised when a key changes its meaning or goes.
inline constexpr int kScenarioJsonSchema = 1;
// One JSON object on one line, without line end.
std::string jsonLine(const PlayedScenario& played);
std::string jsonLine(const SuiteSummary& summary);

} // namespace edge::testenv
