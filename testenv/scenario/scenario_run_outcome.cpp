#include <edge/base/text.h>
#include <edge/server/logs/agent_log.h>
#include <edge/server/logs/csv.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/testenv/scenario/scenario_run.h>

#include <algorithm>

namespace edge::testenv {
namespace {

constexpr std::string_view kNothing = "nothing";

// Without what follows the last line end.
std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    for (const auto line : split(text, '\n'))
        lines.emplace_back(line);
    if (lines.back().empty())
        lines.pop_back();
    return lines;
}

// The columns are those of the version that writes rows of that width.
std::optional<std::string> agentLogField(std::string_view row, std::string_view column) {
    const auto fields = parseCsvRow(row);
    for (const auto& version : profiles()) {
        const auto names = agentLogFields(version);
        const auto found = std::find_if(names.begin(), names.end(),
                                        [&](std::string_view name) { return iequals(name, column); });
        if (fields && fields->size() == names.size() && found != names.end())
            return (*fields)[static_cast<std::size_t>(found - names.begin())];
    }
    return std::nullopt;
}

std::string inTimes(std::uint64_t count) {
    return count == 1 ? "once" : count == 2 ? "twice" : std::to_string(count) + " times";
}

} // namespace

void ScenarioRun::act(const step::ExpectDecision& expected) {
    world_.settle();
    const auto& all = world_.decisions();
    if (expected.absent) {
        const auto found = findDecision(expected, all, 0);
        if (found < all.size())
            miss("no such decision", join(decisionLines(all[found]), "\n"));
        return;
    }
    const auto found = findDecision(expected, all, nextDecision_);
    if (found < all.size()) {
        nextDecision_ = found + 1;
        return;
    }
    const auto early = findDecision(expected, all, 0);
    const auto near = nearestDecision(expected, all);
    miss("a decision of that kind", early < all.size()
                                        ? "it only before the decision that the last agent line named"
                                    : near < all.size() ? join(decisionLines(all[near]), "\n")
                                                        : "no decision of that agent at that event");
}

void ScenarioRun::act(const step::ExpectReplay& expected) {
    const auto count = world_.replay().size();
    if (count != expected.count)
        missUpdatable(std::to_string(expected.count) + " published", std::to_string(count) + " published",
                      step_->place.line, 1, {"replay " + std::to_string(count)});
}

// The row of a log that is meant, or the column in it; a miss, and none, where there is no such thing.
std::optional<std::string> ScenarioRun::rowOf(const step::ExpectText& expected) {
    const bool ofAgents = expected.source == step::ExpectText::Source::AgentLog;
    const auto rows = ofAgents ? world_.agentLog() : linesOf(world_.receiveLog());
    const auto number = expected.lastRow ? rows.size() : expected.number;
    if (number == 0 || number > rows.size()) {
        miss("a row " + std::to_string(std::max<std::size_t>(number, 1)),
             std::to_string(rows.size()) + " rows");
        return std::nullopt;
    }
    const auto& row = rows[number - 1];
    if (!expected.column)
        return row;
    auto field = agentLogField(row, *expected.column);
    if (!field)
        miss("a column " + *expected.column, row);
    return field;
}

// What is looked into; none, and a miss, where it is not there.
std::optional<std::vector<std::string>> ScenarioRun::valuesOf(const step::ExpectText& expected) {
    using Source = step::ExpectText::Source;
    if (expected.source == Source::File)
        return {{world_.file(expected.path)}};
    if (expected.source == Source::Agent) {
        auto values = world_.headerAt(expected.moment, *expected.header);
        if (!values)
            miss("a message in the hands of " + expected.moment.agent, std::string(kNothing));
        return values;
    }
    if (expected.source != Source::Replay) {
        if (expected.lastRow || expected.number > 0) {
            auto row = rowOf(expected);
            if (!row)
                return std::nullopt;
            return {{std::move(*row)}};
        }
        return {{expected.source == Source::AgentLog ? join(world_.agentLog(), "\n") : world_.receiveLog()}};
    }
    const auto published = world_.replay();
    if (published.size() < expected.number) {
        miss("a file " + expected.path, std::to_string(published.size()) + " published");
        return std::nullopt;
    }
    const auto& message = published[expected.number - 1];
    if (expected.header)
        return message.header(*expected.header);
    return {{expected.body ? message.body : message.bytes}};
}

void ScenarioRun::act(const step::ExpectText& expected) {
    const auto values = valuesOf(expected);
    if (!values)
        return;
    auto wrong = wrongText(expected, *values);
    if (!wrong)
        return;
    if (values->size() == 1 && expected.match == step::TextMatch::Is && !expected.negated)
        return missText(expected, std::move(*wrong), values->front());
    miss(*wrong, values->empty() ? std::string(kNothing) : shortened(join(*values, "\n")));
}

// A miss that the right text would cure: on the line, or beneath it as it stands.
void ScenarioRun::missText(const step::ExpectText& expected, std::string wrong, const std::string& got) {
    const auto first = step_->place.line;
    if (!expected.isBlock) {
        const auto line = withValue(step_->text, got);
        return missUpdatable(std::move(wrong), shortened(got), first, 1, {line.value_or(step_->text)});
    }
    miss(std::move(wrong), shortened(got));
    if (!options_.update || step_->isTemplate)
        return;
    auto lines = linesOf(replaceAll(got, "\r\n", "\n"));
    const auto old = static_cast<int>(std::count(expected.text.begin(), expected.text.end(), '\n'));
    result_.edits.push_back({step_->place.file, first + 1, old, std::move(lines)});
    over_ = false;
}

void ScenarioRun::act(const step::ExpectRows& expected) {
    const auto rows = world_.agentLog();
    if (rows.size() != expected.count)
        missUpdatable(std::to_string(expected.count) + " rows",
                      std::to_string(rows.size()) + " rows" + (rows.empty() ? "" : "\n" + join(rows, "\n")),
                      step_->place.line, 1, {"log agent rows " + std::to_string(rows.size())});
}

void ScenarioRun::act(const step::ExpectQuestion& expected) {
    world_.settle();
    std::vector<std::string> asked;
    std::uint64_t count = 0;
    for (const auto& question : world_.questions()) {
        const bool meant =
            iequals(question.name, expected.name) && (!expected.type || question.type == *expected.type);
        count += meant ? 1 : 0;
        asked.push_back(question.name);
    }
    const auto all = asked.empty() ? "no question" : join(asked, "\n");
    if (expected.count) {
        if (count != *expected.count)
            miss(inTimes(*expected.count), asked.empty() ? all : inTimes(count) + "; asked were\n" + all);
    } else if ((count > 0) == expected.negated) {
        miss(expected.negated ? "no such question" : "such a question", all);
    }
}

void ScenarioRun::act(const step::ExpectScans& expected) {
    world_.settle();
    const auto count = world_.scans();
    if (count != expected.count)
        miss(inTimes(expected.count), inTimes(count));
}

} // namespace edge::testenv
