// What a suite exercised: which agents at which events and what they did, which entries of lists ever decided
// anything, which values settings had, what the DNS answered. What nobody tried stands beside it, because
// that is what a reader looks for. One model, printed as text and as a page.
#pragma once

#include <edge/testenv/scenario/scenario_suite.h>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace edge::testenv {

class SuiteCoverage {
public:
    // A result that kept its decisions and its settings.
    void add(const PlayedScenario& played);

    struct Cell {
        std::size_t calls = 0;
        std::map<Action, std::size_t> actions;
        std::map<std::string, std::size_t> reasons; // of acts
    };
    using Cells = std::map<std::pair<std::string, AgentEvent>, Cell>; // agent and event

    // An entry of a list: of a parameter, of an IP list, a phrase, an attachment name.
    struct Entry {
        std::size_t scenarios = 0; // that configured it
        std::size_t decisions = 0; // that named it, in these
    };
    using Entries = std::map<std::pair<std::string, std::string>, Entry>; // list and entry

    // A setting that is one value, and in how many scenarios it had which.
    using Values = std::map<std::string, std::size_t>;
    using Settings = std::map<std::pair<std::string, std::string>, Values>; // noun and parameter

    using DnsAnswers = std::map<std::pair<DnsType, DnsOutcome>, std::size_t>;

    const Cells& cells() const { return cells_; }
    const Entries& entries() const { return entries_; }
    const Settings& settings() const { return settings_; }
    const DnsAnswers& dnsAnswers() const { return dns_; }
    std::size_t scenarios() const { return scenarios_; }

private:
    void addDecisions(const ScenarioResult& result);
    void addSettings(const ScenarioResult& result);

    Cells cells_;
    Entries entries_;
    Settings settings_;
    DnsAnswers dns_;
    std::size_t scenarios_ = 0;
};

// A part of the report: a table in which the rows of what nobody tried are marked.
struct CoverageSection {
    struct Row {
        std::vector<std::string> cells;
        bool isGap = false;
    };
    std::string title;
    std::string sentence; // what a gap means here
    std::vector<std::string> columns;
    std::vector<Row> rows; // what was tried first, then the gaps
};
std::vector<CoverageSection> coverageSections(const SuiteCoverage& coverage);

// For a terminal.
std::string coverageText(const SuiteCoverage& coverage);
// One HTML page that stands alone.
std::string coveragePage(const SuiteCoverage& coverage);

} // namespace edge::testenv
