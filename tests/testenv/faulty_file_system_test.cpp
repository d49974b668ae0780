#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <set>

using namespace edge;
using namespace edge::testenv;

namespace {

struct Bench {
    explicit Bench(std::uint64_t seed = 1)
        : random(seed)
        , disk(std::make_unique<FaultyFileSystem>(clock, random)) {
        REQUIRE(disk->createDirectories("/d").has_value());
    }
    boost::asio::io_context loop;
    ManualClock clock{loop};
    SeededRandom random;
    std::unique_ptr<FaultyFileSystem> disk;
};

std::unique_ptr<File> create(FaultyFileSystem& disk, const std::string& path, const std::string& content) {
    auto file = disk.open(path, OpenMode::CreateOrOpen);
    REQUIRE(file.has_value());
    REQUIRE((*file)->writeAt(0, content).has_value());
    return std::move(*file);
}

std::string read(FaultyFileSystem& disk, const std::string& path) {
    auto file = disk.open(path, OpenMode::ReadOnly);
    if (!file)
        return "(none)";
    std::string content(*(*file)->size(), '\0');
    REQUIRE((*file)->readAt(0, content).has_value());
    return content;
}

// What a power cut may leave, over many seeds.
std::set<std::string> outcomes(const std::function<void(Bench&)>& before, const std::string& path) {
    std::set<std::string> found;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Bench bench(seed);
        before(bench);
        found.insert(read(*bench.disk->crash(), path));
    }
    return found;
}

} // namespace

TEST_CASE("A power cut keeps what was synced, name and content") {
    const auto found = outcomes(
        [](Bench& bench) {
            REQUIRE(create(*bench.disk, "/d/a", "content")->sync().has_value());
            REQUIRE(bench.disk->syncDirectory("/d").has_value());
        },
        "/d/a");
    CHECK(found == std::set<std::string>{"content"});
}

TEST_CASE("Content without a synced name may be gone; a name without synced content may be empty") {
    const auto nameLost = outcomes(
        [](Bench& bench) { REQUIRE(create(*bench.disk, "/d/a", "content")->sync().has_value()); }, "/d/a");
    CHECK(nameLost == std::set<std::string>{"(none)", "content"});
    const auto contentLost = outcomes(
        [](Bench& bench) {
            create(*bench.disk, "/d/a", "content");
            REQUIRE(bench.disk->syncDirectory("/d").has_value());
        },
        "/d/a");
    CHECK(contentLost == std::set<std::string>{"", "content"});
}

TEST_CASE("An unsynced write may be torn, and one write may survive without the one before it") {
    const auto found = outcomes(
        [](Bench& bench) {
            auto file = create(*bench.disk, "/d/a", std::string(1024, '.'));
            REQUIRE(file->sync().has_value());
            REQUIRE(bench.disk->syncDirectory("/d").has_value());
            REQUIRE(file->writeAt(0, std::string(1024, 'x')).has_value());
            REQUIRE(file->writeAt(0, "Y").has_value());
        },
        "/d/a");
    CHECK(found.count(std::string(1024, '.')) == 1);
    CHECK(found.count("Y" + std::string(1023, '.')) == 1);
    CHECK(found.count(std::string(512, 'x') + std::string(512, '.')) == 1);
    CHECK(found.count(std::string(512, '.') + std::string(512, 'x')) == 1);
}

TEST_CASE("A rename is lost or kept whole, and kept for certain once either directory is synced") {
    const auto prepare = [](Bench& bench) {
        REQUIRE(bench.disk->createDirectories("/e").has_value());
        REQUIRE(create(*bench.disk, "/d/a", "content")->sync().has_value());
        REQUIRE(bench.disk->syncDirectory("/d").has_value());
        REQUIRE(bench.disk->rename("/d/a", "/e/b").has_value());
    };
    CHECK(outcomes(prepare, "/e/b") == std::set<std::string>{"(none)", "content"});
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Bench bench(seed);
        prepare(bench);
        const auto disk = bench.disk->crash();
        CHECK((read(*disk, "/d/a") == "content") != (read(*disk, "/e/b") == "content"));
    }
    const auto synced = outcomes(
        [&](Bench& bench) {
            prepare(bench);
            REQUIRE(bench.disk->syncDirectory("/e").has_value());
        },
        "/e/b");
    CHECK(synced == std::set<std::string>{"content"});
}

TEST_CASE("Syncing the volume saves everything") {
    const auto found = outcomes(
        [](Bench& bench) {
            create(*bench.disk, "/d/a", "content");
            REQUIRE(bench.disk->syncVolume("/d").has_value());
        },
        "/d/a");
    CHECK(found == std::set<std::string>{"content"});
}

TEST_CASE("A failed sync loses content that no later sync brings back") {
    const auto found = outcomes(
        [](Bench& bench) {
            auto file = create(*bench.disk, "/d/a", "content");
            REQUIRE(bench.disk->syncDirectory("/d").has_value());
            bench.disk->failOnce(DiskOperation::Sync, Errc::Io);
            CHECK(file->sync().error().code == Errc::Io);
            CHECK(read(*bench.disk, "/d/a") == "content"); // the cache believes in it
            REQUIRE(file->sync().has_value());
        },
        "/d/a");
    CHECK(found == std::set<std::string>{"", "content"});
}

TEST_CASE("A killed process loses nothing, but unsynced stays unsynced for the power cut after it") {
    std::set<std::string> found;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Bench bench(seed);
        create(*bench.disk, "/d/a", "content");
        const auto before = bench.disk->bootId();
        const auto next = bench.disk->killProcess();
        CHECK(bench.disk->isDead());
        CHECK(read(*next, "/d/a") == "content");
        CHECK(next->bootId() == before);
        const auto later = next->crash();
        CHECK(later->bootId() != before);
        found.insert(read(*later, "/d/a"));
    }
    CHECK(found == std::set<std::string>{"(none)", "", "content"});
}

TEST_CASE("Unnamed files are gone after both, and give their space back") {
    Bench bench;
    bench.disk->setCapacity(100);
    {
        auto file = bench.disk->openUnnamed("/d");
        REQUIRE(file.has_value());
        REQUIRE((*file)->writeAt(0, std::string(80, 'x')).has_value());
        CHECK(bench.disk->space("/d")->freeBytes == 20);
        CHECK(bench.disk->list("/d")->empty());
    }
    CHECK(bench.disk->space("/d")->freeBytes == 100);
}

TEST_CASE("A full disk writes what fits and says NoSpace") {
    Bench bench;
    bench.disk->setCapacity(10);
    auto file = create(*bench.disk, "/d/a", "12345678");
    CHECK(file->writeAt(8, "9abcdef").error().code == Errc::NoSpace);
    CHECK(read(*bench.disk, "/d/a") == "123456789a");
    CHECK(file->writeAt(0, "X").has_value()); // within what it has
    REQUIRE(bench.disk->remove("/d/a").has_value());
    file.reset();
    CHECK(bench.disk->space("/d")->freeBytes == 10);
}

TEST_CASE("Faults hit the operation they were meant for, once or for ever") {
    Bench bench;
    auto file = create(*bench.disk, "/d/a", "x");
    bench.disk->failOnce(DiskOperation::Write, Errc::NoSpace, 1);
    CHECK(file->writeAt(0, "a").has_value());
    CHECK(file->writeAt(0, "b").error().code == Errc::NoSpace);
    CHECK(file->writeAt(0, "c").has_value());
    bench.disk->failAlways(DiskOperation::Rename, Errc::Io);
    CHECK_FALSE(bench.disk->rename("/d/a", "/d/b").has_value());
    CHECK_FALSE(bench.disk->rename("/d/a", "/d/b").has_value());
    bench.disk->clearFaults();
    CHECK(bench.disk->rename("/d/a", "/d/b").has_value());
    CHECK(read(*bench.disk, "/d/b") == "c");
}

TEST_CASE("After death nothing works any more") {
    Bench bench;
    auto file = create(*bench.disk, "/d/a", "x");
    bench.disk->dieAfter(1);
    CHECK(file->writeAt(0, "1").has_value());
    CHECK_FALSE(bench.disk->isDead());
    CHECK_FALSE(file->sync().has_value());
    CHECK(bench.disk->isDead());
    CHECK_FALSE(bench.disk->open("/d/a", OpenMode::ReadOnly).has_value());
    CHECK_FALSE(file->size().has_value());
    CHECK_FALSE(bench.disk->lock("/d/lock").has_value());
}

TEST_CASE("A bystander acts before each change and is not disturbed by its own") {
    Bench bench;
    int calls = 0;
    bench.disk->beforeEachChange([&] {
        ++calls;
        create(*bench.disk, "/d/bystander" + std::to_string(calls), "x");
    });
    bench.disk->dieAfter(2); // of the others' changes
    create(*bench.disk, "/d/a", "x");
    CHECK(calls == 2); // open and write
    CHECK_FALSE(bench.disk->isDead());
    CHECK(bench.disk->list("/d")->size() == 3);
}

TEST_CASE("Locks end with their holder and with the machine") {
    Bench bench;
    auto lock = bench.disk->lock("/d/lock");
    REQUIRE(lock.has_value());
    CHECK(bench.disk->lock("/d/lock").error().code == Errc::Unavailable);
    const auto next = bench.disk->killProcess();
    CHECK(next->lock("/d/lock").has_value());
    lock->reset(); // an object of the dead process goes: the new one's lock is not its business
}
