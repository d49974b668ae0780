// One playing of one scenario: its clients, what they heard, and what was expected and did not come. The acts
// of a theme stand in a file each (scenario_run_dialogue.cpp and its neighbours). Internal to the runner.
#pragma once

#include <edge/testenv/scenario/scenario_runner.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// A client of the scenario and what it last heard.
struct Actor {
    std::string name;
    std::unique_ptr<WorldClient> wire;
    std::vector<std::string> reply;      // last one, lines
    SteadyTime lastWord{};               // when the client connected or said something
    bool greeted = false;                // its first reply was read
    std::optional<step::Leave> leavesAt; // in the middle of what it says next
};

class ScenarioRun {
public:
    ScenarioRun(const Scenario& scenario, ScenarioWorld& world, const RunOptions& options,
                ScenarioResult& result)
        : scenario_(scenario)
        , world_(world)
        , options_(options)
        , result_(result) {}

    void play();

private:
    bool conditionsHold();
    void finish();
    bool configure();
    void noteSettings();

    void act(const step::Client& client);
    void act(const step::Send& send);
    void act(const step::Hello& hello);
    void act(const step::Envelope& envelope);
    void act(const step::Reply& reply);
    void act(const step::Silence& silence);
    void act(const step::Leave& leave);
    void act(const step::Pieces& pieces);
    void act(const step::Cmdlets& cmdlets);
    void act(const step::Zone& zone);
    void act(const step::DnsStrict& strict);
    void act(const step::Directory& directory);
    void act(const step::Scl& scl);
    void act(const step::Scanner& scanner);
    void act(const step::StartTls& startTls);
    void act(const step::Advance& advance);
    void act(const step::Wait& wait);
    void act(const step::Fault& fault);
    void act(const step::ExpectDecision& expected);
    void act(const step::ExpectReplay& expected);
    void act(const step::ExpectText& expected);
    void act(const step::ExpectRows& expected);
    void act(const step::ExpectQuestion& expected);
    void act(const step::ExpectScans& expected);

    Actor& actor() { return *current_; }
    std::vector<std::string> hear();
    void expectClosed(const std::vector<std::string>& heard);
    void say(std::string_view bytes);
    std::optional<std::vector<std::string>> valuesOf(const step::ExpectText& expected);
    std::optional<std::string> rowOf(const step::ExpectText& expected);
    bool command(const std::string& line, std::string_view code);
    void miss(std::string expected, std::string got);
    void missUpdatable(std::string expected, std::string got, int firstLine, int removed,
                       std::vector<std::string> lines);
    void missText(const step::ExpectText& expected, std::string wrong, const std::string& got);
    void note(std::string_view mark, std::string_view text);
    void require(const Result<>& outcome, const std::string& what);

    const Scenario& scenario_;
    ScenarioWorld& world_;
    const RunOptions& options_;
    ScenarioResult& result_;
    const Step* step_ = nullptr;
    std::map<std::string, Actor> actors_;
    Actor* current_ = nullptr;
    std::string resetAfter_;       // verb behind which the current client's peer resets
    std::size_t nextDecision_ = 0; // behind the one that the last agent line named
    std::size_t seenUnexpected_ = 0;
    bool over_ = false;
    std::set<std::string> seenSettings_; // before the first cmdlet, and what was noted since
    std::set<std::string> seenMutations_;
};

} // namespace edge::testenv
