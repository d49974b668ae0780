// Plays scenarios and says what came of it. One scenario is one world on one thread; what it did, said and
// decided is kept as text, so that a failure explains itself and two runs can be compared octet for octet.
#pragma once

#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_world.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace edge::testenv {

enum class Verdict {
    Passed,
    Failed,
    Skipped,
    Broken, // the world could not be made: not the scenario's fault
};

// Why a scenario failed.
struct Miss {
    ScenarioPlace place;
    std::string line;     // of the scenario
    std::string expected; // in words
    std::string got;
};

// A change of the file that would let the scenario pass: lines first to first+removed-1 become `lines`.
struct ScenarioEdit {
    std::string file;
    int first = 1;
    int removed = 1;
    std::vector<std::string> lines;
};

struct ScenarioResult {
    Verdict verdict = Verdict::Passed;
    std::string reason; // of Skipped and Broken
    std::vector<Miss> misses;
    std::vector<ScenarioEdit> edits;       // with `update`
    std::vector<std::string> transcript;   // "09:00:05.000 -> EHLO ..."
    std::vector<std::string> decisions;    // what each agent looked at and did
    std::vector<std::string> replayFiles;  // with `keepsReplay`: the published files, octet for octet
    std::vector<Decision> decisionRecords; // with `keepsDecisions`
    std::vector<WorldQuestion> questions;  // with `keepsDecisions`
    // What its cmdlets configured, at any time; with `keepsSettings`.
    std::vector<ConfiguredSetting> configured;
    std::vector<Mutation> mutations; // of these; with `keepsMutations`
    std::uint64_t seed = 1;
};

struct RunOptions {
    std::optional<std::uint64_t> seed = {}; // instead of the scenario's own
    bool update = false;                    // go on behind a wrong expectation that could be rewritten
    bool keepsReplay = false;
    bool keepsDecisions = false;
    bool keepsSettings = false;
    bool keepsMutations = false;
    std::string configuration = {}; // cmdlets that every scenario begins with
};

// What a WorldFactory throws that has no such world: the scenario is skipped, and what() says why.
struct CannotPlay : std::runtime_error {
    using std::runtime_error::runtime_error;
};
using WorldFactory =
    std::function<std::unique_ptr<ScenarioWorld>(const Scenario& scenario, std::uint64_t seed)>;

ScenarioResult runScenario(const Scenario& scenario, const WorldFactory& makeWorld,
                           const RunOptions& options = {});
// The same against a world in memory.
ScenarioResult runInMemory(const Scenario& scenario, const RunOptions& options = {});

// "OnMailCommand Sender Filter Agent RejectCommand 554 5.1.0 Sender denied because BlankSender (<>)", and a
// line for each thing it looked at.
std::vector<std::string> decisionLines(const Decision& decision);

} // namespace edge::testenv
