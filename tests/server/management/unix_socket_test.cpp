#include <edge/server/management/unix_socket.h>
#include <edge/tests/management/management_bench.h>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

using namespace edge;
using namespace edge::tests;

namespace {

bool exists(const std::string& path) {
    struct stat status;
    return ::lstat(path.c_str(), &status) == 0;
}

// What a server leaves that was killed.
void leaveStaleSocket(const std::string& path) {
    auto listener = UnixListener::open(path);
    REQUIRE(listener.has_value());
    REQUIRE(::link(path.c_str(), (path + ".kept").c_str()) == 0); // survives the listener's clean-up
    { const UnixListener gone = std::move(*listener); }
    REQUIRE(::rename((path + ".kept").c_str(), path.c_str()) == 0);
    REQUIRE(exists(path));
}

} // namespace

TEST_CASE("The socket is its owner's alone, whatever the umask") {
    const ScratchDirectory directory;
    const auto before = ::umask(0);
    const auto listener = UnixListener::open(directory / "s");
    ::umask(before);
    REQUIRE(listener.has_value());
    struct stat status;
    REQUIRE(::lstat((directory / "s").c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("A socket on which nobody listens is replaced") {
    const ScratchDirectory directory;
    leaveStaleSocket(directory / "s");
    CHECK(connectUnix(directory / "s").error().code == Errc::Unavailable);
    const auto listener = UnixListener::open(directory / "s");
    REQUIRE(listener.has_value());
    CHECK(connectUnix(directory / "s").has_value());
}

TEST_CASE("A socket on which somebody listens is left alone") {
    const ScratchDirectory directory;
    const auto first = UnixListener::open(directory / "s");
    REQUIRE(first.has_value());
    const auto second = UnixListener::open(directory / "s");
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error() == Error{Errc::Unavailable, "another server listens on " + directory / "s"});
    CHECK(connectUnix(directory / "s").has_value());
}

TEST_CASE("What is no socket is left alone") {
    const ScratchDirectory directory;
    std::ofstream(directory / "s") << "precious";
    const auto listener = UnixListener::open(directory / "s");
    REQUIRE_FALSE(listener.has_value());
    CHECK(listener.error().code == Errc::AlreadyExists);
    std::string content;
    std::ifstream(directory / "s") >> content;
    CHECK(content == "precious");
}

TEST_CASE("A path that is too long is refused with its length and a way out") {
    const ScratchDirectory directory;
    const auto path = directory / std::string(120, 'x');
    for (const auto& error : {UnixListener::open(path).error(), connectUnix(path).error()}) {
        CHECK(error.code == Errc::InvalidArgument);
        CHECK(error.message.find(std::to_string(path.size()) + " octets") != std::string::npos);
        CHECK(error.message.find("107") != std::string::npos);
        CHECK(error.message.find("shorter path") != std::string::npos);
    }
}

TEST_CASE("The file goes with the listener, unless it is another's by then") {
    const ScratchDirectory directory;
    auto listener = UnixListener::open(directory / "s");
    REQUIRE(listener.has_value());
    SUBCASE("its own") {
        { const UnixListener gone = std::move(*listener); }
        CHECK_FALSE(exists(directory / "s"));
    }
    SUBCASE("another's") {
        REQUIRE(::unlink((directory / "s").c_str()) == 0);
        std::ofstream(directory / "s") << "new";
        { const UnixListener gone = std::move(*listener); }
        CHECK(exists(directory / "s"));
    }
}

TEST_CASE("Connecting tells apart why it failed") {
    const ScratchDirectory directory;
    CHECK(connectUnix(directory / "absent").error().code == Errc::NotFound);
    CHECK(connectUnix(directory / "absent/s").error().code == Errc::NotFound);
    std::ofstream(directory / "file") << "x";
    CHECK(connectUnix(directory / "file").error().code == Errc::Unavailable);
    CHECK(managementSocketPath("data") == "data/edgesim.sock");
}
