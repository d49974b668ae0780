// What a suite exercised: at which events which agents were called and what they did for which reasons. What
// nobody tried is listed beside it, because that is what a reader looks for.
#pragma once

#include <edge/testenv/scenario/scenario_suite.h>

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace edge::testenv {

class SuiteCoverage {
public:
    // A result that kept its decisions.
    void add(const PlayedScenario& played);

    struct Cell {
        std::size_t calls = 0;
        std::map<Action, std::size_t> actions;
        std::map<std::string, std::size_t> reasons; // of acts
    };
    using Cells = std::map<std::pair<std::string, AgentEvent>, Cell>; // agent and event

    const Cells& cells() const { return cells_; }
    std::size_t scenarios() const { return scenarios_; }

private:
    Cells cells_;
    std::size_t scenarios_ = 0;
};

// A table for people: a line for each agent and event, and the agents of a fresh server that were never seen
// to act.
std::string coverageText(const SuiteCoverage& coverage);

} // namespace edge::testenv
