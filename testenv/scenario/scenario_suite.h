// Many scenarios: found in folders, chosen by name, tag and shard, played on several threads, and told in one
// order whatever the threads do.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_lines.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace edge::testenv {

struct ScenarioSuite {
    std::vector<Scenario> scenarios; // by file name, rows of a table in their order
    ScenarioErrors errors;
    std::size_t files = 0;
};

// Files as named, folders with all *.scenario below them. A path that is not there is an error.
ScenarioSuite loadSuite(FileSystem& files, const std::vector<std::string>& paths);

// The folders among the paths with all folders below them, and those that hold the files among them.
std::set<std::string> foldersBelow(FileSystem& files, const std::vector<std::string>& paths);

struct SuiteSelection {
    std::vector<std::string> names; // part of the name, in any case; any of them
    std::vector<std::string> tags;  // has any of these; "!slow": and none of those
    std::size_t shard = 1;          // of `shards`, from 1
    std::size_t shards = 1;
};
std::vector<Scenario> select(std::vector<Scenario> scenarios, const SuiteSelection& selection);

// One scenario, played.
struct PlayedScenario {
    const Scenario* scenario = nullptr;
    std::size_t repetition = 0; // from 0
    ScenarioResult result;
    Duration took{}; // real time
};

struct PlayOptions {
    RunOptions run;
    std::size_t threads = 1;
    WorldFactory world = {}; // where they are played, callable from every thread; none: in memory
    std::size_t repeat = 1;  // the seed grows by one each time
    bool failFast = false;
};

struct SuiteSummary {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
    std::size_t broken = 0;
    Duration took{};

    std::size_t played() const { return passed + failed + skipped + broken; }
};

// Plays all of them; `told` is called on this thread, in their order. `clock` measures how long it takes.
SuiteSummary playSuite(const std::vector<Scenario>& scenarios, const PlayOptions& options, Clock& clock,
                       const std::function<void(const PlayedScenario&)>& told);

// Rewrites the files of these edits; the names of those that changed.
Result<std::vector<std::string>> applyEdits(FileSystem& files, std::vector<ScenarioEdit> edits);

} // namespace edge::testenv
