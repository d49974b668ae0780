#include <edge/server/ip_lists/ip_list_store.h>
#include <edge/server/queue/sqlite_vfs.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

namespace edge {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDirectory = "/data";
constexpr const char* kPath = "/data/iplists.db";
constexpr auto kBlock = IpListKind::Block;
constexpr auto kAllow = IpListKind::Allow;

IpListEntry entry(const std::string& range, std::string comment = {}) {
    IpListEntry made;
    made.range = *IpRange::parse(range);
    made.comment = std::move(comment);
    return made;
}

IpAddress ip(const char* text) {
    return *IpAddress::parse(text);
}

// A disk in memory, and the store on it.
struct Bench {
    boost::asio::io_context loop;
    testenv::ManualClock clock{loop};
    testenv::SeededRandom random{1};
    std::unique_ptr<testenv::FaultyFileSystem> disk =
        std::make_unique<testenv::FaultyFileSystem>(clock, random);
    std::unique_ptr<SqliteVfs> vfs;
    std::unique_ptr<IpListStore> store;
    const UtcTime now = clock.utcNow();

    Bench() {
        REQUIRE(disk->createDirectories(kDirectory).has_value());
        open();
    }
    void open() {
        vfs = std::make_unique<SqliteVfs>(*disk, clock, random, kDirectory);
        auto opened = IpListStore::open(*vfs, kPath);
        REQUIRE(opened.has_value());
        store = std::move(*opened);
        REQUIRE(disk->syncDirectory(kDirectory).has_value());
    }
    void reopen() {
        store.reset();
        vfs.reset();
        open();
    }
    void powerCut() {
        auto survived = disk->crash();
        store.reset();
        vfs.reset();
        disk = std::move(survived);
        open();
    }
};

TEST_CASE("Both lists share one counter, and no number is given twice, after a restart neither") {
    Bench bench;
    CHECK(bench.store->add(kBlock, entry("192.0.2.1"), bench.now)->identity == 1);
    CHECK(bench.store->add(kAllow, entry("192.0.2.1"), bench.now)->identity == 2);
    CHECK(bench.store->add(kBlock, entry("192.0.2.2"), bench.now)->identity == 3);
    REQUIRE(bench.store->remove(kBlock, 3).has_value());
    bench.reopen();
    CHECK(bench.store->add(kAllow, entry("192.0.2.2"), bench.now)->identity == 4);
    CHECK_FALSE(bench.store->table(kBlock)->get(3).has_value());
    CHECK_FALSE(bench.store->table(kBlock)->get(4).has_value()); // of the other list
    CHECK((bench.store->remove(kBlock, 4).error().code == Errc::NotFound));
    CHECK((bench.store->remove(kBlock, 3).error().code == Errc::NotFound));
}

TEST_CASE("What was added is there after a power cut, with everything that belongs to it") {
    Bench bench;
    auto given = entry("2001:db8::/64", "caf\xC3\xA9; 'quoted'");
    given.expirationTime = bench.now + 90min;
    REQUIRE(bench.store->add(kBlock, given, bench.now).has_value());
    REQUIRE(bench.store->block(*IpRange::parse("203.0.113.7"), "SRL 9", bench.now + 24h).has_value());
    REQUIRE(bench.store->add(kAllow, entry("192.0.2.0/24"), bench.now).has_value());
    bench.powerCut();
    const auto blocked = bench.store->table(kBlock)->list();
    REQUIRE(blocked.size() == 2);
    CHECK((blocked[0].range == given.range));
    CHECK(blocked[0].comment == given.comment);
    CHECK((blocked[0].expirationTime == given.expirationTime));
    CHECK_FALSE(blocked[0].isMachineGenerated);
    CHECK(blocked[1].isMachineGenerated);
    CHECK(bench.store->find(kAllow, ip("192.0.2.9"), bench.now)->identity == 3);
    CHECK_FALSE(bench.store->find(kBlock, ip("192.0.2.9"), bench.now).has_value());
}

TEST_CASE("The same range is added once while it is in force; a range within it is another one") {
    Bench bench;
    auto brief = entry("192.0.2.0/24");
    brief.expirationTime = bench.now + 1h;
    REQUIRE(bench.store->add(kBlock, brief, bench.now).has_value());
    const auto again = bench.store->add(kBlock, entry("192.0.2.77/24"), bench.now);
    REQUIRE_FALSE(again.has_value());
    CHECK((again.error().code == Errc::AlreadyExists));
    CHECK(again.error().message == "192.0.2.0-192.0.2.255 is on the list already, as entry 1");
    CHECK(bench.store->add(kBlock, entry("192.0.2.0/25"), bench.now).has_value());
    CHECK(bench.store->add(kAllow, entry("192.0.2.0/24"), bench.now).has_value());
    CHECK(bench.store->add(kBlock, entry("192.0.2.0/24"), bench.now + 1h).has_value());
    // An entry of sender reputation is no obstacle for an administrator.
    REQUIRE(bench.store->block(*IpRange::parse("203.0.113.7"), "", bench.now + 1h).has_value());
    CHECK(bench.store->add(kBlock, entry("203.0.113.7"), bench.now).has_value());
}

TEST_CASE("Sender reputation renews its entry instead of adding another one") {
    Bench bench;
    const auto range = *IpRange::parse("203.0.113.7");
    REQUIRE(bench.store->block(range, "first", bench.now + 24h).has_value());
    REQUIRE(bench.store->block(range, "second", bench.now + 48h).has_value());
    for (int i = 0; i < 2; ++i) {
        const auto entries = bench.store->table(kBlock)->list();
        REQUIRE(entries.size() == 1);
        CHECK(entries[0].comment == "second");
        CHECK((entries[0].expirationTime == bench.now + 48h));
        CHECK(entries[0].identity == 2);
        bench.reopen();
    }
}

TEST_CASE("An import passes over what is there, and what it says twice") {
    Bench bench;
    REQUIRE(bench.store->add(kBlock, entry("192.0.2.1", "mine"), bench.now).has_value());
    const auto added = bench.store->addAll(kBlock,
                                           {entry("192.0.2.2", "first"), entry("192.0.2.1", "theirs"),
                                            entry("192.0.2.2", "second"), entry("192.0.2.0/24")},
                                           bench.now);
    CHECK(*added == 2);
    const auto entries = bench.store->table(kBlock)->list();
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].comment == "mine");
    CHECK(entries[1].comment == "first");
    CHECK(entries[2].identity == 3);
}

TEST_CASE("A disk that fails leaves the lists as they were, in memory and after a restart") {
    Bench bench;
    REQUIRE(bench.store->add(kBlock, entry("192.0.2.1"), bench.now).has_value());
    bench.disk->failAlways(testenv::DiskOperation::Write, Errc::NoSpace);
    const auto added = bench.store->add(kBlock, entry("192.0.2.2"), bench.now);
    REQUIRE_FALSE(added.has_value());
    CHECK((added.error().code == Errc::NoSpace));
    CHECK_FALSE(bench.store->addAll(kBlock, {entry("192.0.2.3")}, bench.now).has_value());
    CHECK_FALSE(bench.store->remove(kBlock, 1).has_value());
    CHECK_FALSE(bench.store->block(*IpRange::parse("192.0.2.4"), "", bench.now + 1h).has_value());
    bench.disk->clearFaults();
    for (int i = 0; i < 2; ++i) {
        CHECK(bench.store->table(kBlock)->size() == 1);
        CHECK(bench.store->table(kBlock)->get(1).has_value());
        bench.reopen();
    }
    CHECK(bench.store->add(kBlock, entry("192.0.2.2"), bench.now)->identity == 2);
}

TEST_CASE("An import is there whole after a power cut, or not at all") {
    std::vector<IpListEntry> many;
    for (std::uint32_t i = 0; i < 2000; ++i) {
        IpListEntry made;
        made.range.first = made.range.last = IpAddress::v4(0x0A000000U + i);
        many.push_back(made);
    }
    int whole = 0;
    int none = 0;
    for (std::uint64_t changes = 0; changes < 400; changes += 13) {
        Bench bench;
        bench.disk->dieAfter(changes);
        const auto added = bench.store->addAll(kBlock, many, bench.now);
        bench.powerCut();
        const auto size = bench.store->table(kBlock)->size();
        CAPTURE(changes);
        REQUIRE((size == 0 || size == many.size()));
        if (added)
            REQUIRE(size == many.size());
        ++(size == 0 ? none : whole);
    }
    CHECK(whole > 0);
    CHECK(none > 0);
}

TEST_CASE("A store without a file forgets at its end") {
    IpListStore store;
    CHECK(store.add(kBlock, entry("192.0.2.1"), {})->identity == 1);
    CHECK(store.find(kBlock, ip("192.0.2.1"), {}).has_value());
    REQUIRE(store.remove(kBlock, 1).has_value());
    CHECK_FALSE(store.find(kBlock, ip("192.0.2.1"), {}).has_value());
}

TEST_CASE("Sessions search while others write, on as many threads as there are") {
    IpListStore store;
    REQUIRE(store.add(kBlock, entry("10.0.0.0/8", "the net"), {}).has_value());
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> wrong{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            while (!stop) {
                const auto match = store.find(kBlock, IpAddress::v4(0x0A000005U), {});
                if (!match || (match->comment != "the net" && match->comment != "one"))
                    ++wrong;
            }
        });
    std::thread machine([&] {
        for (std::uint32_t i = 0; i < 1500; ++i) {
            const auto address = IpAddress::v4(0x0B000000U + i);
            if (!store.block({address, address}, "machine", UtcTime(1h)))
                ++wrong;
        }
    });
    for (std::uint32_t i = 0; i < 1500; ++i) {
        const auto address = IpAddress::v4(0x0A000000U + i);
        IpListEntry made;
        made.range = {address, address};
        made.comment = "one";
        const auto added = store.add(kBlock, made, {});
        if (!added || (i % 2 == 0 && !store.remove(kBlock, added->identity)))
            ++wrong;
    }
    machine.join();
    stop = true;
    for (auto& reader : readers)
        reader.join();
    CHECK(wrong == 0);
    CHECK(store.table(kBlock)->size() == 1 + 1500 + 750);
}

} // namespace
} // namespace edge
