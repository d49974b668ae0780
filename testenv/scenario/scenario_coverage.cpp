#include <edge/agents/builtin_agents.h>
#include <edge/base/text.h>
#include <edge/testenv/scenario/scenario_coverage.h>

#include <algorithm>

namespace edge::testenv {
namespace {

constexpr std::size_t kAgentColumn = 34;
constexpr std::size_t kEventColumn = 22;

std::string padded(std::string_view text, std::size_t width) {
    std::string cell(text);
    cell.resize(std::max(width, cell.size() + 1), ' ');
    return cell;
}

std::string times(std::string_view word, std::size_t count) {
    return std::string(word) + " " + std::to_string(count);
}

std::string cellText(const SuiteCoverage::Cell& cell) {
    std::vector<std::string> pieces;
    for (const auto& [action, count] : cell.actions)
        pieces.push_back(times(toString(action), count));
    auto text = join(pieces, ", ");
    pieces.clear();
    for (const auto& [reason, count] : cell.reasons)
        pieces.push_back(times(reason, count));
    return pieces.empty() ? text : text + " (" + join(pieces, ", ") + ")";
}

// "Agent OnEvent" of a fresh server's agents at which no scenario saw an act, or not even a call.
std::string gaps(const SuiteCoverage& coverage) {
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    std::string text;
    for (const auto& agent : registry.agents()) {
        const auto events = agent.factory->events();
        for (const auto& row : agentEvents()) {
            if (!events.test(static_cast<std::size_t>(row.event)))
                continue;
            const auto cell = coverage.cells().find({agent.identity, row.event});
            const bool called = cell != coverage.cells().end();
            const bool acted = called && (cell->second.actions.size() > 1 ||
                                          cell->second.actions.begin()->first != Action::None);
            if (!acted)
                text += "  " + padded(agent.identity, kAgentColumn) + padded(row.sdkName, kEventColumn) +
                        (called ? "called, never acted" : "never called") + "\n";
        }
    }
    return text;
}

} // namespace

void SuiteCoverage::add(const PlayedScenario& played) {
    ++scenarios_;
    for (const auto& decision : played.result.decisionRecords) {
        auto& cell = cells_[{decision.agent, decision.event}];
        ++cell.calls;
        ++cell.actions[decision.action];
        if (decision.action != Action::None)
            ++cell.reasons[decision.reason];
    }
}

std::string coverageText(const SuiteCoverage& coverage) {
    auto text = "coverage by " + std::to_string(coverage.scenarios()) + " scenarios\n";
    for (const auto& [key, cell] : coverage.cells())
        text += "  " + padded(key.first, kAgentColumn) + padded(toString(key.second), kEventColumn) +
                cellText(cell) + "\n";
    const auto missing = gaps(coverage);
    return missing.empty() ? text : text + "never seen to act\n" + missing;
}

} // namespace edge::testenv
