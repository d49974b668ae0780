// Real files in a scripted world.
#include <edge/server/administration/state_file.h>
#include <edge/testenv/live/real_disk.h>
#include <edge/testenv/manual_clock.h>
#include <edge/tests/live/running_lab.h>

#include <boost/asio/io_context.hpp>

using namespace edge;
using namespace edge::testenv;

namespace {

struct Disk {
    TestFolder folder;
    boost::asio::io_context loop;
    ManualClock clock{loop};
    RealDisk disk{folder / "data", "/lab"};

    Disk() {
        disk.setClock(&clock);
        REQUIRE(disk.createDirectories("/lab/a").has_value());
    }
};

} // namespace

TEST_CASE("The server's names lead to the real folder, other names to themselves") {
    Disk bench;
    REQUIRE(writeFileDurably(bench.disk, "/lab/a/x", "text").has_value());
    CHECK(bench.folder.has("data/a/x"));
    CHECK(readWholeFile(bench.disk, bench.folder / "data/a/x", 100).value() == "text");
    CHECK(bench.disk.list("/lab/a").value() == std::vector<std::string>{"x"});
    CHECK_FALSE(bench.disk.status("/laboratory").has_value());
    const auto missing = bench.disk.list("/lab/b");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().message == "cannot list /lab/b: No such file or directory");
    REQUIRE(bench.disk.rename("/lab/a/x", "/lab/y").has_value());
    CHECK(bench.folder.has("data/y"));
    REQUIRE(bench.disk.remove("/lab/y").has_value());
    CHECK_FALSE(bench.folder.has("data/y"));
}

TEST_CASE("Files carry the time of the virtual clock, and keep it under another name") {
    Disk bench;
    REQUIRE(writeFileDurably(bench.disk, "/lab/x", "text").has_value());
    bench.clock.advance(std::chrono::hours(24));
    REQUIRE(bench.disk.rename("/lab/x", "/lab/y").has_value());
    CHECK((bench.disk.status("/lab/y")->modified == kScenarioStart));
    auto file = bench.disk.open("/lab/y", OpenMode::ReadWrite);
    REQUIRE(file.has_value());
    CHECK((bench.disk.status("/lab/y")->modified == kScenarioStart));
    REQUIRE((*file)->writeAt(0, "T").has_value());
    CHECK((bench.disk.status("/lab/y")->modified == kScenarioStart + std::chrono::hours(24)));
}

TEST_CASE("It fails on command: once, after some, or until repaired") {
    Disk bench;
    auto file = bench.disk.open("/lab/x", OpenMode::CreateNew);
    REQUIRE(file.has_value());
    bench.disk.failOnce(DiskOperation::Write, Errc::NoSpace, 1);
    CHECK((*file)->writeAt(0, "a").has_value());
    const auto full = (*file)->writeAt(1, "b");
    REQUIRE_FALSE(full.has_value());
    CHECK((full.error().code == Errc::NoSpace));
    CHECK(full.error().message == "scripted fault at /lab/x");
    CHECK((*file)->writeAt(1, "b").has_value());
    bench.disk.failAlways(DiskOperation::Sync, Errc::Io);
    CHECK_FALSE((*file)->sync().has_value());
    CHECK_FALSE((*file)->sync().has_value());
    bench.disk.clearFaults();
    CHECK((*file)->sync().has_value());
    CHECK((*file)->size().value() == 2);
}

TEST_CASE("It is as empty as a disk in memory, whatever this machine has left") {
    Disk bench;
    CHECK(bench.disk.space("/lab")->freeBytes == 1ULL << 40);
}
