// Suites: found, chosen, played beside each other and told in one order, in every form that somebody reads.
#include <edge/server/net/system_clock.h>
#include <edge/testenv/scenario/scenario_report.h>
#include <edge/testenv/scenario/scenario_suite.h>
#include <edge/tests/scenario/scenario_bench.h>

using namespace edge;
using namespace edge::testenv;

namespace {

constexpr const char* kGood = "# Banner\ntag smoke\nclient 203.0.113.9\nS: 220\n";
constexpr const char* kBad = "client 203.0.113.9\nS: 220\nC: XY<Z>\nS: 250\n";

struct SuiteBench : ScenarioBench {
    SuiteBench() {
        REQUIRE(files.createDirectories("s/b").has_value());
        put("s/z.scenario", kGood);
        put("s/b/a.scenario", kBad);
        put("s/b/c.scenario", "table x\n| 1\n| 2\ntag slow\nskip unless agent Nobody\n");
        put("s/b/ignored.part", "nonsense\n");
    }
    std::vector<Scenario> load() {
        auto suite = loadSuite(files, {"s"});
        REQUIRE(suite.errors.empty());
        return suite.scenarios;
    }
    std::vector<std::string> names(const SuiteSelection& selection) {
        std::vector<std::string> found;
        for (const auto& scenario : select(load(), selection))
            found.push_back(scenario.name);
        return found;
    }
    std::vector<PlayedScenario> play(const std::vector<Scenario>& scenarios,
                                     const PlayOptions& options = {}) {
        std::vector<PlayedScenario> told;
        SystemClock real;
        summary = playSuite(scenarios, options, real,
                            [&](const PlayedScenario& played) { told.push_back(played); });
        return told;
    }
    SuiteSummary summary;
};

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("Folders are searched, in the order of names; other files are left alone") {
    SuiteBench bench;
    CHECK(bench.names({}) == Names{"s/b/a", "s/b/c[1]", "s/b/c[2]", "s/z"});
    CHECK(loadSuite(bench.files, {"s"}).files == 3);
    CHECK(loadSuite(bench.files, {"s/z.scenario"}).scenarios.size() == 1);
    CHECK(loadSuite(bench.files, {"nowhere"}).errors.size() == 1);
}

TEST_CASE("Scenarios are chosen by name, tag and shard") {
    SuiteBench bench;
    CHECK(bench.names({.names = {"B/C", "z"}, .tags = {}}) == Names{"s/b/c[1]", "s/b/c[2]", "s/z"});
    CHECK(bench.names({.names = {}, .tags = {"smoke"}}) == Names{"s/z"});
    CHECK(bench.names({.names = {}, .tags = {"!slow"}}) == Names{"s/b/a", "s/z"});
    CHECK(bench.names({.names = {}, .tags = {}, .shard = 1, .shards = 2}) == Names{"s/b/a", "s/b/c[2]"});
    CHECK(bench.names({.names = {}, .tags = {}, .shard = 2, .shards = 2}) == Names{"s/b/c[1]", "s/z"});
}

TEST_CASE("Results come in the order of the scenarios, however many threads play them") {
    SuiteBench bench;
    const auto scenarios = bench.load();
    const auto told = bench.play(scenarios, {.run = {}, .threads = 4, .repeat = 3});
    REQUIRE(told.size() == 12);
    for (std::size_t i = 0; i < told.size(); ++i) {
        CHECK(told[i].scenario == &scenarios[i / 3]);
        CHECK(told[i].repetition == i % 3);
        CHECK(told[i].result.seed == 1 + i % 3);
    }
    CHECK(bench.summary.passed == 3);
    CHECK(bench.summary.failed == 3);
    CHECK(bench.summary.skipped == 6);
}

TEST_CASE("The first failure ends it when asked to") {
    SuiteBench bench;
    CHECK(bench.play(bench.load(), {.run = {}, .threads = 2, .failFast = true}).size() == 1);
}

TEST_CASE("Transcripts, decisions and files of a suite do not depend on the number of threads") {
    SuiteBench bench;
    const auto scenarios = bench.load();
    const PlayOptions one{.run = {.seed = 5, .keepsReplay = true}, .threads = 1};
    auto many = one;
    many.threads = 8;
    const auto a = bench.play(scenarios, one);
    const auto b = bench.play(scenarios, many);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(a[i].result.transcript == b[i].result.transcript);
        CHECK(a[i].result.decisions == b[i].result.decisions);
        CHECK(a[i].result.replayFiles == b[i].result.replayFiles);
    }
}

TEST_CASE("A failure explains itself: place, difference, dialogue, decisions, how to run it again") {
    SuiteBench bench;
    const auto scenarios = bench.load();
    const auto text = failureText(bench.play(scenarios)[0]);
    CHECK(text.starts_with("  s/b/a.scenario:4:1: S: 250\n    - expected: 250\n    + got:      500 5.3.3 "));
    CHECK(text.find("  dialogue\n    09:00:00.000 === connected from 203.0.113.9\n") != std::string::npos);
    CHECK(text.find("09:00:05.000 <** 500 5.3.3") != std::string::npos);
    CHECK(text.find("  decisions\n    09:00:00.000 OnConnect") != std::string::npos);
    CHECK(text.ends_with("  again: edgesim test s/b/a.scenario --filter 's/b/a' --seed 1\n"));
}

TEST_CASE("A difference of several lines shows what is the same, gone and new") {
    CHECK(differenceText("a\nb\nc", "a\nx\nc\n") ==
          "      a\n    - expected: b\n    + got:      x\n      c\n");
}

TEST_CASE("Lines for people, TAP, GitHub, JUnit and JSON say the same") {
    SuiteBench bench;
    const auto scenarios = bench.load();
    auto told = bench.play(scenarios);
    for (auto& each : told)
        each.took = std::chrono::microseconds(1500);
    CHECK(resultLine(told[3], false) == "ok      s/z  1.5 ms");
    CHECK(resultLine(told[1], false) == "skipped s/b/c[1]: no agent Nobody");
    CHECK(resultLine(told[0], true).starts_with("\x1b[31mFAILED  \x1b[0ms/b/a"));

    CHECK(tapPlan(4) == "TAP version 14\n1..4\n");
    CHECK(tapText(told[3], 4) == "ok 4 - s/z\n");
    CHECK(tapText(told[1], 2) == "ok 2 - s/b/c[1] # SKIP no agent Nobody\n");
    CHECK(tapText(told[0], 1).starts_with("not ok 1 - s/b/a\n  ---\n  message: |\n"));
    CHECK(tapText(told[0], 1).ends_with("  ...\n"));

    CHECK(githubText(told[3]).empty());
    CHECK(githubText(told[0]).starts_with(
        "::error file=s/b/a.scenario,line=4,title=s/b/a::expected 250, got 500"));

    const auto junit = junitDocument(told, bench.summary);
    CHECK(junit.find("<testsuites tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\"") !=
          std::string::npos);
    CHECK(
        junit.find(
            "<testcase name=\"s/z\" classname=\"s\" file=\"s/z.scenario\" line=\"1\" time=\"0.001500\"/>") !=
        std::string::npos);
    CHECK(junit.find("XY&lt;Z&gt;") != std::string::npos);
    CHECK(junit.find("<skipped message=\"no agent Nobody\"/>") != std::string::npos);

    CHECK(jsonLine(told[3]).starts_with(
        R"({"schema":1,"name":"s/z","title":"Banner","file":"s/z.scenario","line":1,"tags":["smoke"],"verdict":"passed")"));
    CHECK(jsonLine(told[0]).find(
              R"("misses":[{"file":"s/b/a.scenario","line":4,"step":"S: 250","expected":"250")") !=
          std::string::npos);
    CHECK(summaryLine(bench.summary).starts_with("1 passed, 1 failed, 2 skipped in "));
}

TEST_CASE("Update rewrites the files, and then they pass") {
    SuiteBench bench;
    std::vector<ScenarioEdit> edits;
    const auto scenarios = bench.load();
    for (const auto& played : bench.play(scenarios, {.run = {.update = true}}))
        edits.insert(edits.end(), played.result.edits.begin(), played.result.edits.end());
    const auto changed = applyEdits(bench.files, edits);
    REQUIRE(changed.has_value());
    CHECK(*changed == Names{"s/b/a.scenario"});
    CHECK(*readWholeFile(bench.files, "s/b/a.scenario", 1000) ==
          "client 203.0.113.9\nS: 220\nC: XY<Z>\nS: 500 5.3.3 Unrecognized command\n");
    bench.play(bench.load());
    CHECK(bench.summary.failed == 0);
}
