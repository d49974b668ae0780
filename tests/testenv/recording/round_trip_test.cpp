// Our own scenarios, recorded while they are played: each recording replays without a difference, and is
// written as a scenario that passes.
#include <edge/server/posix_file_system.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/scenario_writer.h>
#include <edge/testenv/recording/session_player.h>
#include <edge/testenv/scenario/scenario_suite.h>
#include <edge/tests/recording/recording_bench.h>

#include <variant>

using namespace edge;
using namespace edge::testenv;

namespace {

template <class... Steps>
bool isOneOf(const StepAction& action) {
    return (std::holds_alternative<Steps>(action) || ...);
}

// What a recording does not hold: a second client, worlds that a test scripts, changes under way, a peer that
// vanished without anybody being told.
bool canBeRecorded(const Scenario& scenario) {
    int clients = 0;
    for (const auto& each : scenario.steps) {
        const auto& action = each.action;
        clients += std::holds_alternative<step::Client>(action) ? 1 : 0;
        if (clients > 0 && isOneOf<step::Cmdlets, step::Directory, step::Zone>(action))
            return false;
        if (isOneOf<step::Fault, step::Scl, step::Scanner, step::Pieces>(action))
            return false;
        const auto* leave = std::get_if<step::Leave>(&action);
        if (leave && leave->ending == step::Ending::Vanish)
            return false;
    }
    return clients == 1;
}

} // namespace

TEST_CASE("Every scenario with one client replays from its recording, and becomes a scenario that passes") {
    PosixFileSystem disk;
    const auto suite = loadSuite(disk, {EDGE_SOURCE_DIR "/tests/scenarios"});
    REQUIRE(suite.errors.empty());
    std::size_t recorded = 0;
    for (const auto& scenario : suite.scenarios) {
        if (!canBeRecorded(scenario))
            continue;
        CAPTURE(scenario.name);
        RecordingBench bench;
        const auto played = bench.play(scenario);
        if (played.verdict == Verdict::Skipped)
            continue;
        REQUIRE(played.verdict == Verdict::Passed);
        const auto dialogue = dialogueOf(bench.only());

        const auto again = playSession(dialogue.given);
        REQUIRE_MESSAGE(again.has_value(), again.error().message);
        CHECK(outcomeDifference(dialogue.given, dialogue.outcome, *again) == "");

        const auto written = toScenario(dialogue.given, dialogue.outcome, "Recorded.");
        REQUIRE_MESSAGE(written.has_value(), written.error().message);
        INFO(written->text);
        CHECK(written->wrong == "");
        ++recorded;
    }
    CHECK(recorded > suite.scenarios.size() / 2);
}
