// Playing again what changed: which scenarios are due, and how a change of a file is noticed.
#include <edge/server/posix_file_system.h>
#include <edge/testenv/scenario/file_watch.h>
#include <edge/testenv/scenario/suite_watch.h>
#include <edge/tests/scenario/scenario_bench.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

using namespace edge;
using namespace edge::testenv;

namespace {

using Texts = std::vector<std::string>;

struct WatchBench : ScenarioBench {
    WatchBench() {
        REQUIRE(files.createDirectories("s").has_value());
        put("s/greeting.part", "client 203.0.113.9\nS: 220\n");
        put("s/hello.eml", "Subject: x\n\nbody\n");
        put("s/a.scenario", "include greeting.part\n");
        put("s/b.scenario", "client 203.0.113.9\nmessage hello.eml\n");
        put("s/c.scenario", "table x\n| 1\n| 2\nreplay 0\n");
    }
    Texts due(const std::set<std::string>& changed) {
        scenarios = loadSuite(files, {"s"}).scenarios;
        Texts names;
        for (const auto& scenario : watch.due(scenarios, changed))
            names.push_back(scenario.name);
        return names;
    }
    void note(const std::string& name, Verdict verdict) {
        for (const auto& scenario : scenarios) {
            PlayedScenario played{&scenario, 0, {}, {}};
            played.result.verdict = verdict;
            if (scenario.name == name)
                watch.note(played);
        }
    }
    std::vector<Scenario> scenarios;
    SuiteWatch watch;
};

// A folder of its own, gone at the end.
struct TemporaryFolder {
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "edge-watch-XXXXXX";
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    std::string path;
};

} // namespace

TEST_CASE("At first everything is played, then what was read from the files that changed") {
    WatchBench bench;
    CHECK(bench.due({}) == Texts{"s/a", "s/b", "s/c[1]", "s/c[2]"});
    CHECK(bench.due({"s/c.scenario"}) == Texts{"s/c[1]", "s/c[2]"});
    CHECK(bench.due({"s/greeting.part"}) == Texts{"s/a"});
    CHECK(bench.due({"./s/hello.eml"}) == Texts{"s/b"});
    CHECK(bench.due({"s/notes.txt"}) == Texts{});
}

TEST_CASE("What failed is played again until it passes; what is new is played; what is gone is forgotten") {
    WatchBench bench;
    bench.due({});
    bench.note("s/a", Verdict::Failed);
    bench.note("s/b", Verdict::Broken);
    bench.note("s/c[1]", Verdict::Skipped);
    CHECK(bench.due({"s/c.scenario"}) == Texts{"s/a", "s/b", "s/c[1]", "s/c[2]"});
    bench.note("s/b", Verdict::Passed);
    CHECK(bench.watch.failed() == std::set<std::string>{"s/a"});
    REQUIRE(bench.files.remove("s/a.scenario").has_value());
    bench.put("s/d.scenario", "replay 0\n");
    CHECK(bench.due({"s/a.scenario", "s/d.scenario"}) == Texts{"s/d"});
    CHECK(bench.watch.failed().empty());
}

TEST_CASE(
    "The folders to look at are those of scenarios, their parts and messages, and all below what was named") {
    WatchBench bench;
    REQUIRE(bench.files.createDirectories("s/deep/er").has_value());
    CHECK(foldersBelow(bench.files, {"s", "t/x.scenario", "y.scenario"}) ==
          std::set<std::string>{".", "s", "s/deep", "s/deep/er", "t"});
    CHECK(foldersOf(loadSuite(bench.files, {"s"}).scenarios) == std::set<std::string>{"s"});
}

TEST_CASE("A file that is written, moved in or removed is told once the folder is quiet") {
    TemporaryFolder folder;
    auto watch = FileWatch::open();
    REQUIRE(watch.has_value());
    watch->follow(folder.path);
    watch->follow(folder.path + "/nowhere");
    PosixFileSystem files;
    REQUIRE(writeFileDurably(files, folder.path + "/a.scenario", "replay 0\n").has_value());
    const auto written = watch->wait();
    REQUIRE(written.has_value());
    CHECK(written->contains(folder.path + "/a.scenario"));
    std::filesystem::rename(folder.path + "/a.scenario", folder.path + "/b.scenario");
    const auto moved = watch->wait();
    REQUIRE(moved.has_value());
    CHECK(*moved == std::set<std::string>{folder.path + "/a.scenario", folder.path + "/b.scenario"});
}

TEST_CASE("Ctrl-C ends the wait and not the process") {
    auto watch = FileWatch::open();
    REQUIRE(watch.has_value());
    std::raise(SIGINT);
    CHECK_FALSE(watch->wait());
}
