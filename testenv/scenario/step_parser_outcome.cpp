#include <edge/server/logs/agent_log.h>
#include <edge/testenv/scenario/step_parser.h>

#include <algorithm>
#include <array>
#include <regex>

namespace edge::testenv {
namespace {

constexpr std::array<std::string_view, 5> kMatchWords{"not", "contains", "is", "matches", "present"};

std::vector<std::string> eventWords() {
    std::vector<std::string> words{"*"};
    for (const auto& row : agentEvents())
        words.emplace_back(row.sdkName);
    return words;
}

std::vector<std::string> actionWords() {
    std::vector<std::string> words{"*"};
    for (auto action = Action::None; action <= Action::Fault;
         action = static_cast<Action>(static_cast<int>(action) + 1))
        words.emplace_back(toString(action));
    return words;
}

bool isMatchNext(const ScenarioWords& words) {
    const auto* const found = std::find_if(kMatchWords.begin(), kMatchWords.end(),
                                           [&](std::string_view word) { return words.isNext(word); });
    return found != kMatchWords.end();
}

// Any column that some version of Exchange writes.
std::string agentLogColumn(ScenarioWords& words) {
    std::vector<std::string> columns;
    for (const auto& row : profiles())
        for (const auto field : agentLogFields(row))
            if (std::find(columns.begin(), columns.end(), field) == columns.end())
                columns.emplace_back(field);
    return columns[words.needOneOf("a column of the agent log such as Reason", columns)];
}

} // namespace

step::ExpectDecision StepParser::decision(ScenarioWords& words, bool needsAction) {
    step::ExpectDecision expected;
    expected.agent = words.need("the agent's name, or *");
    if (expected.agent == "*")
        expected.agent.clear();
    if (needsAction || !words.empty()) {
        const auto event = words.needOneOf("an event such as OnMailCommand, or *", eventWords());
        if (event > 0)
            expected.event = agentEvents()[event - 1].event;
    }
    if (needsAction || !words.empty()) {
        const auto action = words.needOneOf("an action such as RejectCommand, or *", actionWords());
        if (action > 0)
            expected.action = static_cast<Action>(action - 1);
    }
    return expected;
}

void StepParser::agent(const ScenarioLine& line, ScenarioWords& words) {
    auto expected = decision(words, true);
    while (!words.empty()) {
        switch (words.needOneOf("response, reason, data or input", {"response", "reason", "data", "input"})) {
        case 0:
            expected.response = words.need("a reply in quotes");
            break;
        case 1:
            expected.reason = words.need("a reason");
            break;
        case 2:
            expected.data = words.need("the reason's data");
            break;
        default: {
            auto what = words.need("what was looked at");
            expected.inputs.push_back({std::move(what), words.need("its value")});
        }
        }
    }
    add(line, std::move(expected));
}

void StepParser::no(const ScenarioLine& line, ScenarioWords& words) {
    words.needOneOf("agent", {"agent"});
    auto expected = decision(words, false);
    expected.absent = true;
    add(line, std::move(expected));
}

void StepParser::replay(const ScenarioLine& line, ScenarioWords& words) {
    add(line, step::ExpectReplay{words.needNumber("a number of messages", 0, kMaxScenarioCount)});
}

void StepParser::needTextMatch(const ScenarioLine& line, ScenarioWords& words,
                               step::ExpectText& expectation) {
    expectation.negated = words.takeIf("not");
    expectation.match = static_cast<step::TextMatch>(
        words.needOneOf("contains, is, matches or present", {"contains", "is", "matches", "present"}));
    if (expectation.match == step::TextMatch::Present)
        return;
    expectation.isBlock = line.block.has_value();
    expectation.text = line.block ? *line.block : words.need("a text, or <<END");
    if (expectation.match != step::TextMatch::Matches || words.failed())
        return;
    try {
        const std::regex pattern(expectation.text);
    } catch (const std::regex_error& error) {
        words.reject(std::string("expected a regular expression: ") + error.what());
    }
}

void StepParser::header(const ScenarioLine& line, ScenarioWords& words) {
    step::ExpectText expectation;
    expectation.source = step::ExpectText::Source::Agent;
    expectation.header = words.need("a header's name");
    expectation.moment.before = words.needOneOf("before or after", {"before", "after"}) == 0;
    expectation.moment.agent = words.need("the agent's name");
    if (!isMatchNext(words)) {
        auto events = eventWords();
        events.erase(events.begin());
        expectation.moment.event =
            agentEvents()[words.needOneOf("an event, contains, is, matches or present", events)].event;
    }
    needTextMatch(line, words, expectation);
    add(line, std::move(expectation));
}

void StepParser::file(const ScenarioLine& line, ScenarioWords& words) {
    step::ExpectText expectation;
    expectation.path = words.need("a file such as Replay/1");
    if (expectation.path.starts_with("Replay/")) {
        ScenarioWords number(line.place, expectation.path.substr(7));
        expectation.source = step::ExpectText::Source::Replay;
        expectation.number = number.needNumber("a number", 1, kMaxScenarioCount);
        if (number.failed())
            words.reject("expected Replay/1, Replay/2, ..., found \"" + expectation.path + "\"");
    }
    if (words.takeIf("header"))
        expectation.header = words.need("a header's name");
    else
        expectation.body = words.takeIf("body");
    needTextMatch(line, words, expectation);
    add(line, std::move(expectation));
}

// "row 2", "row last", and of the agent log the column: "row 2 Reason".
void StepParser::whichRow(ScenarioWords& words, step::ExpectText& expectation) {
    if (!words.takeIf("row"))
        return;
    expectation.lastRow = words.takeIf("last");
    if (!expectation.lastRow)
        expectation.number = words.needNumber("the number of a row, from 1, or last", 1, kMaxScenarioCount);
    const bool hasColumns = expectation.source == step::ExpectText::Source::AgentLog;
    if (hasColumns && !isMatchNext(words))
        expectation.column = agentLogColumn(words);
}

void StepParser::log(const ScenarioLine& line, ScenarioWords& words) {
    step::ExpectText expectation;
    const bool isAgentLog = words.needOneOf("agent or receive", {"agent", "receive"}) == 0;
    expectation.source =
        isAgentLog ? step::ExpectText::Source::AgentLog : step::ExpectText::Source::ReceiveLog;
    if (isAgentLog && words.takeIf("rows"))
        return add(line, step::ExpectRows{words.needNumber("a number of rows", 0, kMaxScenarioCount)});
    whichRow(words, expectation);
    needTextMatch(line, words, expectation);
    add(line, std::move(expectation));
}

} // namespace edge::testenv
