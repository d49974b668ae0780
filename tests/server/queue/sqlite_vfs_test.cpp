#include <edge/base/text.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/queue/database.h>
#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

using namespace edge;
using namespace edge::testenv;

namespace {

// A script of everything the queue asks of SQLite, and more: both journals, growth, shrinking, long rows,
// rollback.
std::string runScript(Database& database) {
    const char* const steps[] = {
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500) INSERT INTO t SELECT i, "
        "zeroblob(i*17 % 9000) FROM n",
        "BEGIN; DELETE FROM t WHERE id%3=0; ROLLBACK",
        "BEGIN; DELETE FROM t WHERE id%7=0; COMMIT",
        "UPDATE t SET v=CAST(id AS TEXT) WHERE id%5=0",
        "VACUUM",
        "INSERT INTO t VALUES(9999, zeroblob(300000))",
    };
    for (const auto* step : steps)
        if (const auto done = database.execute(step); !done)
            return done.error().message;
    auto sum = database.prepare("SELECT count(*), sum(length(v)), sum(id) FROM t");
    if (!sum || !*sum->step())
        return "no sum";
    const auto text = std::to_string(sum->integer(0)) + " " + std::to_string(sum->integer(1)) + " " +
                      std::to_string(sum->integer(2));
    auto check = database.prepare("PRAGMA integrity_check");
    if (!check || !*check->step())
        return "no check";
    return text + " " + std::string(check->text(0));
}

std::string scriptOn(FileSystem& files, Clock& clock, Random& random, const std::string& directory,
                     const char* journal) {
    const auto made = files.createDirectories(directory);
    SqliteVfs vfs(files, clock, random, directory);
    std::string first;
    {
        auto database = Database::open(vfs, joinPath(directory, std::string(journal) + ".db"));
        REQUIRE(database);
        REQUIRE((*database)->execute(std::string("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=") +
                                     journal));
        first = runScript(**database);
    }
    auto again = Database::open(vfs, joinPath(directory, std::string(journal) + ".db"));
    REQUIRE(again);
    REQUIRE((*again)->execute("PRAGMA locking_mode=EXCLUSIVE"));
    CHECK(*(*again)->queryInteger("SELECT count(*) FROM t") > 400);
    return made ? first : made.error().message;
}

} // namespace

TEST_CASE("SQLite on our VFS gives the same answers with every journal, in memory and on the real disk") {
    StorageBench bench;
    PosixFileSystem posix;
    const auto place =
        std::filesystem::temp_directory_path() /
        ("edge-vfs-test-" + hex16(bench.random.next() ^ static_cast<unsigned long long>(::getpid())));
    std::string reference;
    for (const char* journal : {"DELETE", "TRUNCATE", "PERSIST", "WAL"}) {
        CAPTURE(journal);
        const auto inMemory = scriptOn(*bench.disk, bench.clock, bench.random, "/vfs", journal);
        const auto onDisk = scriptOn(posix, bench.clock, bench.random, place.string(), journal);
        CHECK(inMemory.ends_with(" ok"));
        CHECK(onDisk == inMemory);
        CHECK((reference.empty() || reference == inMemory));
        reference = inMemory;
    }
    std::filesystem::remove_all(place);
}

TEST_CASE("A committed transaction survives every power cut, an uncommitted one none") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        StorageBench bench(seed);
        const auto made = bench.disk->createDirectories("/vfs");
        REQUIRE(made);
        int committed = 0;
        {
            SqliteVfs vfs(*bench.disk, bench.clock, bench.random, "/vfs");
            auto database = Database::open(vfs, "/vfs/x.db");
            REQUIRE(database);
            REQUIRE((*database)->execute(
                "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)"));
            REQUIRE(bench.disk->syncDirectory("/vfs"));
            bench.disk->dieAfter(bench.random.below(120));
            while ((*database)->execute("INSERT INTO t(v) VALUES(hex(zeroblob(900)))")) {
                ++committed;
                if (committed % 8 == 0 && !(*database)->checkpoint())
                    break;
            }
        }
        const auto disk = bench.disk->crash();
        SqliteVfs vfs(*disk, bench.clock, bench.random, "/vfs");
        auto database = Database::open(vfs, "/vfs/x.db");
        REQUIRE(database);
        REQUIRE((*database)->execute("PRAGMA locking_mode=EXCLUSIVE"));
        const auto found = (*database)->queryInteger("SELECT count(*) FROM t");
        REQUIRE(found);
        CHECK(*found >= committed);
        CHECK(*found <= committed + 1); // the one whose sync was interrupted
        auto check = (*database)->prepare("PRAGMA integrity_check");
        REQUIRE(check);
        REQUIRE(*check->step());
        CHECK(check->text(0) == "ok");
    }
}

TEST_CASE("Disk errors keep their meaning on the way through SQLite") {
    StorageBench bench;
    REQUIRE(bench.disk->createDirectories("/vfs"));
    SqliteVfs vfs(*bench.disk, bench.clock, bench.random, "/vfs");
    auto database = Database::open(vfs, "/vfs/x.db");
    REQUIRE(database);
    REQUIRE((*database)->execute(
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE t(v)"));
    bench.disk->failOnce(DiskOperation::Write, Errc::NoSpace);
    CHECK((*database)->execute("INSERT INTO t VALUES(1)").error().code == Errc::NoSpace);
    bench.disk->failOnce(DiskOperation::Write, Errc::Io);
    CHECK((*database)->execute("INSERT INTO t VALUES(1)").error().code == Errc::Io);
    CHECK_FALSE(vfs.syncFailed());
    REQUIRE((*database)->execute("INSERT INTO t VALUES(1)"));
    bench.disk->failOnce(DiskOperation::Sync, Errc::Io);
    CHECK((*database)->execute("INSERT INTO t VALUES(2)").error().code == Errc::Io);
    CHECK(vfs.syncFailed());
    CHECK(*(*database)->queryInteger("SELECT count(*) FROM t") == 1);
}

TEST_CASE("A file that is no database is called malformed") {
    StorageBench bench;
    REQUIRE(bench.disk->createDirectories("/vfs"));
    auto file = bench.disk->open("/vfs/x.db", OpenMode::CreateNew);
    REQUIRE(file);
    REQUIRE((*file)->writeAt(0, std::string(8192, 'x')));
    SqliteVfs vfs(*bench.disk, bench.clock, bench.random, "/vfs");
    auto database = Database::open(vfs, "/vfs/x.db");
    REQUIRE(database);
    CHECK((*database)->queryInteger("SELECT count(*) FROM sqlite_schema").error().code == Errc::Malformed);
}
