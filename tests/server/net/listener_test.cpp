#include <edge/server/net/listener.h>
#include <edge/server/net/socket_address.h>
#include <edge/server/net/system_clock.h>
#include <edge/tests/net/tcp_bench.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

using namespace edge;
using namespace edge::tests;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// For what must happen soon, on any machine.
constexpr auto kSoon = 10s;

const Endpoint kAnyPort{IpAddress::v4(INADDR_LOOPBACK), 0};

// What the loops report, for the test's thread to wait for.
class Board {
public:
    void accepted(asio::io_context& loop, std::unique_ptr<Transport> transport) {
        const std::lock_guard lock(mutex_);
        ++count_;
        perLoop_[&loop].insert(std::this_thread::get_id());
        ++countPerLoop_[&loop];
        peers_.push_back(transport->remoteEndpoint());
        locals_.push_back(transport->localEndpoint());
        transport->close(PeerState::MaySend);
        changed_.notify_all();
    }
    void trouble(const std::string& what) {
        const std::lock_guard lock(mutex_);
        troubles_.push_back(what);
        changed_.notify_all();
    }
    bool waitForCount(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kSoon, [&] { return count_ >= count; });
    }
    bool waitForTrouble() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kSoon, [&] { return !troubles_.empty(); });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_ = 0;
    std::map<asio::io_context*, std::set<std::thread::id>> perLoop_;
    std::map<asio::io_context*, int> countPerLoop_;
    std::vector<Endpoint> peers_;
    std::vector<Endpoint> locals_;
    std::vector<std::string> troubles_;
};

struct World {
    explicit World(int threads)
        : loops(threads) {}

    Result<std::unique_ptr<Listener>> listen(const Endpoint& where) {
        return Listener::open(
            loops, clock, where,
            [this](asio::io_context& loop, std::unique_ptr<Transport> peer) {
                board.accepted(loop, std::move(peer));
            },
            [this](const std::string& what) { board.trouble(what); });
    }

    SystemClock clock;
    Board board;
    IoLoops loops; // last: their threads use what stands above
};

// Waits until the peer has ended the connection in whatever way.
bool ends(PlainSocket& socket) {
    for (int turn = 0; turn < 100; ++turn) {
        socket.receive();
        if (socket.ended() || socket.wasReset())
            return true;
        pollfd state{socket.fd(), POLLIN, 0};
        ::poll(&state, 1, 100);
    }
    return false;
}

// Lets the process open no further descriptor.
class NoMoreDescriptors {
public:
    NoMoreDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::fcntl(0, F_DUPFD, 0); // the lowest that is free
        ::close(next);
        auto tight = before_;
        tight.rlim_cur = static_cast<rlim_t>(next);
        ::setrlimit(RLIMIT_NOFILE, &tight);
    }
    ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

std::string errorText(const Result<std::unique_ptr<Listener>>& result) {
    return result.has_error() ? result.error().message : "";
}

} // namespace

TEST_CASE("Listener: port 0 becomes a port, peers are spread over the loops in turn") {
    World world(2);
    const auto listener = world.listen(kAnyPort).value();
    CHECK(listener->endpoint().address == kAnyPort.address);
    REQUIRE(listener->endpoint().port != 0);
    std::vector<PlainSocket> clients;
    for (int i = 0; i < 8; ++i)
        clients.push_back(connectTo(listener->endpoint()));
    REQUIRE(world.board.waitForCount(8));
    CHECK(world.board.countPerLoop_.size() == 2);
    for (const auto& [loop, count] : world.board.countPerLoop_)
        CHECK(count == 4);
    for (const auto& [loop, threads] : world.board.perLoop_)
        CHECK(threads.size() == 1); // a loop has one thread
    for (const auto& local : world.board.locals_)
        CHECK(local == listener->endpoint());
}

constexpr int kPortAttempts = 20; // all of them taken by strangers: not on a machine that works

TEST_CASE("Listener: IPv6, and beside it IPv4 on the same port") {
    World world(1);
    const Endpoint loopback6{IpAddress::parse("::1").value(), 0};
    const auto listener = world.listen(loopback6);
    if (!listener) {
        MESSAGE("skipped: no IPv6 here (" << errorText(listener) << ")");
        return;
    }
    const auto client = connectTo((*listener)->endpoint());
    REQUIRE(world.board.waitForCount(1));
    CHECK(world.board.peers_[0].address == loopback6.address);
    // Two bindings, as in Exchange. Another program's connection may hold the IPv4 port of that number: take
    // the next.
    bool both = false;
    for (int attempt = 0; attempt < kPortAttempts && !both; ++attempt) {
        const auto wildcard6 = world.listen({IpAddress{}, 0}).value();
        both = world.listen({IpAddress::v4(0), wildcard6->endpoint().port}).has_value();
    }
    CHECK(both);
}

TEST_CASE("Listener: what cannot be bound is refused in words that help") {
    World world(1);
    const auto first = world.listen(kAnyPort).value();
    const auto where = first->endpoint();
    CHECK(errorText(world.listen(where)) ==
          "cannot listen on " + where.toString() +
              ": the address is in use; another server (or another edgesim) listens there");
    CHECK(errorText(world.listen({IpAddress::parse("192.0.2.1").value(), 0})) ==
          "cannot listen on 192.0.2.1:0: no network adapter of this machine has that address");
}

TEST_CASE("Listener: after stop nobody gets in any more") {
    World world(1);
    const auto listener = world.listen(kAnyPort).value();
    const auto where = listener->endpoint();
    auto before = connectTo(where);
    REQUIRE(world.board.waitForCount(1));
    listener->stop();
    listener->stop();
    std::promise<void> passed; // the loop has worked off the stop
    asio::post(world.loops.at(0), [&passed] { passed.set_value(); });
    REQUIRE(passed.get_future().wait_for(kSoon) == std::future_status::ready);
    const OwnedFd late(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = toSocketAddress(where);
    CHECK(::connect(late.get(), address.get(), address.length) != 0);
}

TEST_CASE("Listener: without free descriptors it turns peers away, says so once, and recovers") {
    World world(1);
    const auto listener = world.listen(kAnyPort).value();
    const auto address = toSocketAddress(listener->endpoint());
    OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    {
        const NoMoreDescriptors tight;
        REQUIRE(::connect(fd.get(), address.get(), address.length) == 0); // by the kernel, into the backlog
        ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
        PlainSocket refused(std::move(fd));
        CHECK(world.board.waitForTrouble());
        CHECK(ends(refused));
        CHECK(world.board.count_ == 0);
    }
    const auto served = connectTo(listener->endpoint());
    CHECK(world.board.waitForCount(1));
    const std::lock_guard lock(world.board.mutex_);
    REQUIRE(world.board.troubles_.size() == 1);
    CHECK(world.board.troubles_[0] == "cannot accept connections on " + listener->endpoint().toString() +
                                          ": Too many open files (raise the limit of open files: ulimit -n)");
}

TEST_CASE("Loops end by themselves when their work is done") {
    IoLoops loops(2);
    SystemClock clock;
    std::atomic<int> ended{0};
    const auto done = [&ended](std::exception_ptr) { ++ended; };
    asio::co_spawn(loops.next(), clock.waitUntil(clock.steadyNow() + 5ms), done);
    asio::co_spawn(loops.next(), clock.waitUntil(clock.steadyNow() + 10ms), done);
    CHECK(loops.finish(kSoon));
    CHECK(ended == 2);
}

TEST_CASE("Loops with endless work are stopped at the bound") {
    IoLoops loops(2);
    SystemClock clock;
    asio::co_spawn(loops.next(), clock.waitUntil(clock.steadyNow() + 24h), asio::detached);
    CHECK_FALSE(loops.finish(10ms));
}
