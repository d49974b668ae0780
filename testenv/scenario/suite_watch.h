// What to play again when files change: the scenarios that were read from them, those that failed, and those
// that are new. Knows neither terminal nor file system, so that it can be tested without either.
#pragma once

#include <edge/testenv/scenario/scenario_suite.h>

#include <set>
#include <string>
#include <vector>

namespace edge::testenv {

class SuiteWatch {
public:
    // Those of `all` that are due when these files changed; all of them at first.
    std::vector<Scenario> due(const std::vector<Scenario>& all, const std::set<std::string>& changed);
    // What came of one of them.
    void note(const PlayedScenario& played);

    // Scenarios that failed when they were played last.
    const std::set<std::string>& failed() const { return failed_; }

private:
    std::set<std::string> known_; // names
    std::set<std::string> failed_;
};

// The folders of everything that these scenarios were read from.
std::set<std::string> foldersOf(const std::vector<Scenario>& scenarios);

} // namespace edge::testenv
