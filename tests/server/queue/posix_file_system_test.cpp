// The two disks must agree: what the scripted one is used to prove holds on the real one only as far as they
// do.
#include <edge/server/posix_file_system.h>
#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

using namespace edge;
using namespace edge::testenv;

namespace {

struct Place {
    Place() {
        std::string pattern = (std::filesystem::temp_directory_path() / "edge-disk-test-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Place() { std::filesystem::remove_all(path); }
    std::string path;
};

// The contract of file_system.h, clause by clause.
void checkContract(FileSystem& files, const std::string& root) {
    const auto at = [&root](const char* name) { return joinPath(root, name); };
    CHECK(files.open(at("none"), OpenMode::ReadOnly).error().code == Errc::NotFound);
    CHECK(files.open(at("none"), OpenMode::ReadWrite).error().code == Errc::NotFound);
    CHECK(files.open(at("no/parent"), OpenMode::CreateNew).error().code == Errc::NotFound);
    CHECK(files.remove(at("none")).error().code == Errc::NotFound);
    CHECK(files.rename(at("none"), at("x")).error().code == Errc::NotFound);
    CHECK(files.status(at("none")).error().code == Errc::NotFound);
    CHECK(files.list(at("none")).error().code == Errc::NotFound);
    CHECK(files.syncDirectory(at("none")).error().code == Errc::NotFound);

    auto file = files.open(at("a"), OpenMode::CreateNew);
    REQUIRE(file);
    CHECK(files.open(at("a"), OpenMode::CreateNew).error().code == Errc::AlreadyExists);
    REQUIRE((*file)->writeAt(3, "defg"));
    REQUIRE((*file)->writeAt(0, "ABC"));
    CHECK(*(*file)->size() == 7);
    char buffer[16];
    CHECK(*(*file)->readAt(2, buffer) == 5);
    CHECK(std::string_view(buffer, 5) == "Cdefg");
    CHECK(*(*file)->readAt(7, buffer) == 0);
    CHECK(*(*file)->readAt(99, buffer) == 0);
    REQUIRE((*file)->truncate(2));
    REQUIRE((*file)->truncate(4));
    CHECK(*readFile(files, at("a")) == std::string("AB\0\0", 4));
    REQUIRE((*file)->sync());
    CHECK_FALSE((*files.open(at("a"), OpenMode::ReadOnly))->writeAt(0, "x"));

    // An open file follows its content, not its name.
    REQUIRE(files.rename(at("a"), at("b")));
    REQUIRE((*file)->writeAt(0, "Z"));
    CHECK(*readFile(files, at("b")) == std::string("ZB\0\0", 4));
    auto other = files.open(at("c"), OpenMode::CreateOrOpen);
    REQUIRE(other);
    REQUIRE((*other)->writeAt(0, "other"));
    REQUIRE(files.rename(at("c"), at("b"))); // replaces
    CHECK(*readFile(files, at("b")) == "other");
    CHECK(*(*file)->readAt(0, buffer) == 4);
    REQUIRE(files.remove(at("b")));
    CHECK(*(*other)->readAt(0, buffer) == 5); // removed, still readable

    REQUIRE(files.createDirectories(at("d/e/f")));
    REQUIRE(files.createDirectories(at("d/e/f")));
    CHECK(files.status(at("d/e"))->isDirectory);
    CHECK_FALSE(files.open(at("d"), OpenMode::ReadWrite));
    REQUIRE(files.open(at("d/g"), OpenMode::CreateNew));
    CHECK_FALSE(files.createDirectories(at("d/g")));
    auto names = *files.list(at("d"));
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"e", "g"});
    CHECK_FALSE(files.remove(at("d/e"))); // not empty
    REQUIRE(files.remove(at("d/e/f")));
    CHECK(files.list(at("d/e"))->empty());

    auto unnamed = files.openUnnamed(at("d"));
    REQUIRE(unnamed);
    REQUIRE((*unnamed)->writeAt(0, "secret"));
    CHECK(*(*unnamed)->readAt(0, buffer) == 6);
    CHECK(files.list(at("d"))->size() == 2);
    CHECK_FALSE(files.openUnnamed(at("none")));

    CHECK(files.syncDirectory(root));
    CHECK(files.syncVolume(root));
    CHECK(files.syncVolume(root));
    const auto space = files.space(root);
    REQUIRE(space);
    CHECK(space->freeBytes > 0);
    CHECK(space->freeBytes <= space->totalBytes);
    CHECK_FALSE(files.bootId().empty());
    CHECK(files.bootId() == files.bootId());

    auto lock = files.lock(at("lock"));
    REQUIRE(lock);
    CHECK(files.lock(at("lock")).error().code == Errc::Unavailable);
    lock->reset();
    CHECK(files.lock(at("lock")));
}

} // namespace

TEST_CASE("The real disk keeps the contract") {
    const Place place;
    PosixFileSystem files;
    checkContract(files, place.path);
}

TEST_CASE("The scripted disk keeps the same contract") {
    StorageBench bench;
    bench.process.reset();
    REQUIRE(bench.disk->createDirectories("/contract"));
    checkContract(*bench.disk, "/contract");
}

TEST_CASE("Created names follow no symbolic link, and files are not for everybody") {
    const Place place;
    PosixFileSystem files;
    REQUIRE(::symlink("/etc/passwd", joinPath(place.path, "link").c_str()) == 0);
    CHECK_FALSE(files.open(joinPath(place.path, "link"), OpenMode::CreateOrOpen));
    CHECK(files.open(joinPath(place.path, "link"), OpenMode::CreateNew).error().code == Errc::AlreadyExists);
    CHECK_FALSE(files.lock(joinPath(place.path, "link")));
    REQUIRE(files.open(joinPath(place.path, "file"), OpenMode::CreateNew));
    struct stat status;
    REQUIRE(::stat(joinPath(place.path, "file").c_str(), &status) == 0);
    CHECK((status.st_mode & 0007) == 0);
}

TEST_CASE("An error names the path and what was wrong") {
    PosixFileSystem files;
    const auto error = files.open("/nonexistent/file", OpenMode::ReadOnly).error();
    CHECK(error.message == "cannot open /nonexistent/file: No such file or directory");
}

TEST_CASE("A full device says NoSpace") {
    PosixFileSystem files;
    const auto file = files.open("/dev/full", OpenMode::ReadWrite);
    REQUIRE(file);
    CHECK((*file)->writeAt(0, "x").error().code == Errc::NoSpace);
}
