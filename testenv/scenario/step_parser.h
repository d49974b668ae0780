// One row of a scenario's table, line by line: a table from verb to member function, whose bodies stand in a
// file for each theme (step_parser_world.cpp and its neighbours). Internal to the parser.
#pragma once

#include <edge/base/file_system.h>
#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_lines.h>
#include <edge/testenv/scenario/scenario_verbs.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

inline constexpr std::uint64_t kMaxScenarioFile = 256ULL * 1024 * 1024; // messages may be large
inline constexpr std::uint64_t kMaxScenarioCount = 1'000'000'000;       // of anything that is counted

class StepParser {
public:
    StepParser(FileSystem& files, ScenarioErrors& errors)
        : files_(files)
        , errors_(errors) {}

    Scenario parse(const std::vector<ScenarioLine>& lines);

private:
    using Handler = void (StepParser::*)(const ScenarioLine&, ScenarioWords&);
    static Handler handlerOf(Verb verb);

    void parseLine(const ScenarioLine& line);
    void add(const ScenarioLine& line, StepAction action);
    void wrong(const ScenarioPlace& place, std::string message) {
        errors_.push_back({place, std::move(message)});
    }
    // What stands behind the verb, blanks, quotes and # included.
    static std::string_view rest(const ScenarioLine& line);

    void profile(const ScenarioLine& line, ScenarioWords& words);
    void bare(const ScenarioLine& line, ScenarioWords& words);
    void seed(const ScenarioLine& line, ScenarioWords& words);
    void cmdlet(const ScenarioLine& line, ScenarioWords& words);
    void zone(const ScenarioLine& line, ScenarioWords& words);
    void dns(const ScenarioLine& line, ScenarioWords& words);
    void directory(const ScenarioLine& line, ScenarioWords& words);
    void scl(const ScenarioLine& line, ScenarioWords& words);
    void scanner(const ScenarioLine& line, ScenarioWords& words);
    void fault(const ScenarioLine& line, ScenarioWords& words);
    void client(const ScenarioLine& line, ScenarioWords& words);
    void say(const ScenarioLine& line, ScenarioWords& words);
    void expectPrefix(const ScenarioLine& line, ScenarioWords& words);
    void expectExactly(const ScenarioLine& line, ScenarioWords& words);
    void expectRegex(const ScenarioLine& line, ScenarioWords& words);
    void expectLine(const ScenarioLine& line, ScenarioWords& words);
    void expectNoLine(const ScenarioLine& line, ScenarioWords& words);
    void hello(const ScenarioLine& line, ScenarioWords& words);
    void envelope(const ScenarioLine& line, ScenarioWords& words);
    void message(const ScenarioLine& line, ScenarioWords& words);
    void raw(const ScenarioLine& line, ScenarioWords& words);
    void pieces(const ScenarioLine& line, ScenarioWords& words);
    void startTls(const ScenarioLine& line, ScenarioWords& words);
    void end(const ScenarioLine& line, ScenarioWords& words);
    void cut(const ScenarioLine& line, ScenarioWords& words);
    void vanish(const ScenarioLine& line, ScenarioWords& words);
    void advance(const ScenarioLine& line, ScenarioWords& words);
    void wait(const ScenarioLine& line, ScenarioWords& words);
    void silence(const ScenarioLine& line, ScenarioWords& words);
    void agent(const ScenarioLine& line, ScenarioWords& words);
    void no(const ScenarioLine& line, ScenarioWords& words);
    void replay(const ScenarioLine& line, ScenarioWords& words);
    void header(const ScenarioLine& line, ScenarioWords& words);
    void file(const ScenarioLine& line, ScenarioWords& words);
    void log(const ScenarioLine& line, ScenarioWords& words);
    void include(const ScenarioLine& line, ScenarioWords& words);
    void table(const ScenarioLine& line, ScenarioWords& words);
    void tag(const ScenarioLine& line, ScenarioWords& words);
    void evidence(const ScenarioLine& line, ScenarioWords& words);
    void skip(const ScenarioLine& line, ScenarioWords& words);
    void require(const ScenarioLine& line, ScenarioWords& words);

    static std::optional<std::uint64_t> takeTimes(ScenarioWords& words);
    static void whichScan(ScenarioWords& words, step::Scanner& scanner);
    static void whichRow(ScenarioWords& words, step::ExpectText& expectation);
    void condition(const ScenarioLine& line, ScenarioWords& words, bool required);
    void leave(const ScenarioLine& line, ScenarioWords& words, step::Ending ending);
    void addReply(const ScenarioLine& line, step::ReplyMatch match, bool timed);
    step::ExpectDecision decision(ScenarioWords& words, bool needsAction);
    static void needTextMatch(const ScenarioLine& line, ScenarioWords& words, step::ExpectText& expectation);
    void needClient(const ScenarioLine& line);

    FileSystem& files_;
    ScenarioErrors& errors_;
    Scenario scenario_;
    std::vector<std::string> clients_;
};

} // namespace edge::testenv
