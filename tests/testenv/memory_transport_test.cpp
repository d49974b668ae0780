#include <edge/testenv/manual_clock.h>
#include <edge/testenv/memory_transport.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

const Endpoint kLocal{IpAddress::v4(0x7F000001), 25};
const Endpoint kRemote{IpAddress::v4(0xCB007109), 40000};

struct World {
    asio::io_context loop;
    ManualClock clock{loop};
    MemoryConnection connection = connectInMemory(loop, clock, kLocal, kRemote);
    Transport& server = *connection.server;
    MemoryClient& client = *connection.client;

    void poll() {
        loop.restart();
        loop.poll();
    }
    SteadyTime in(Duration time) { return clock.steadyNow() + time; }
};

using ReadResult = std::optional<Result<std::string>>;
using WriteResult = std::optional<Result<>>;

Task<> readInto(Transport& transport, SteadyTime deadline, ReadResult& result) {
    const auto read = co_await transport.read(deadline);
    result = read ? Result<std::string>(std::string(*read)) : Result<std::string>(read.error());
}

Task<> writeInto(Transport& transport, std::string bytes, SteadyTime deadline, WriteResult& result) {
    result = co_await transport.write(std::move(bytes), deadline);
}

ReadResult readNow(World& world, SteadyTime deadline = kNever) {
    ReadResult result;
    asio::co_spawn(world.loop, readInto(world.server, deadline, result), asio::detached);
    world.poll();
    return result;
}

Errc errorOf(const ReadResult& result) {
    REQUIRE(result.has_value());
    REQUIRE(result->has_error());
    return result->error().code;
}

// Answers each piece of input with as many octets, until anything fails: a session in small.
Task<> echo(Transport& transport, std::vector<Errc>& ends) {
    for (;;) {
        const auto read = co_await transport.read(kNever);
        if (!read) {
            ends.push_back(read.error().code);
            break;
        }
        std::string copy(*read);
        const auto written = co_await transport.write(std::move(copy), kNever);
        if (!written) {
            ends.push_back(written.error().code);
            break;
        }
    }
    transport.close(PeerState::MaySend);
}

} // namespace

TEST_CASE("Memory transport: what the client sends is read, what is written is taken") {
    World world;
    ReadResult result;
    asio::co_spawn(world.loop, readInto(world.server, kNever, result), asio::detached);
    world.poll();
    CHECK_FALSE(result.has_value());
    world.client.send("EHLO a\r\n");
    world.poll();
    CHECK(result->value() == "EHLO a\r\n");

    WriteResult written;
    asio::co_spawn(world.loop, writeInto(world.server, "250 b\r\n", kNever, written), asio::detached);
    world.poll();
    CHECK(written->has_value());
    CHECK(world.client.take() == "250 b\r\n");
    CHECK(world.server.remoteEndpoint() == kRemote);
    CHECK(world.server.localEndpoint() == kLocal);
}

TEST_CASE("Memory transport: a half-close is the end of the stream, after the input") {
    World world;
    world.client.send("QUIT\r\n");
    world.client.halfClose();
    CHECK(readNow(world)->value() == "QUIT\r\n");
    CHECK(errorOf(readNow(world)) == Errc::EndOfStream);
    WriteResult written;
    asio::co_spawn(world.loop, writeInto(world.server, "221\r\n", kNever, written), asio::detached);
    world.poll();
    CHECK(world.client.take() == "221\r\n"); // the other direction stays open
}

TEST_CASE("Memory transport: a read ends at its deadline in virtual time") {
    World world;
    ReadResult result;
    asio::co_spawn(world.loop, readInto(world.server, world.in(60s), result), asio::detached);
    world.poll();
    world.clock.advance(59s);
    CHECK_FALSE(result.has_value());
    world.clock.advance(1s);
    CHECK(errorOf(result) == Errc::Timeout);
    CHECK(world.clock.nextDeadline() == kNever);
    world.client.send("late");
    CHECK(readNow(world)->value() == "late"); // a deadline ends the read, not the connection
}

TEST_CASE("Memory transport: a deadline that has passed still lets ready input through") {
    World world;
    world.client.send("ready");
    CHECK(readNow(world, world.in(-1s))->value() == "ready");
    CHECK(errorOf(readNow(world, world.in(-1s))) == Errc::Timeout);
}

TEST_CASE("Memory transport: interruptRead fails the pending read and all later ones") {
    World world;
    ReadResult result;
    asio::co_spawn(world.loop, readInto(world.server, kNever, result), asio::detached);
    world.poll();
    world.server.interruptRead();
    world.poll();
    CHECK(errorOf(result) == Errc::Cancelled);
    world.client.send("more");
    CHECK(errorOf(readNow(world)) == Errc::Cancelled);
}

TEST_CASE("Memory transport: cancelling the reading coroutine ends the read") {
    World world;
    ReadResult result;
    std::exception_ptr failure;
    asio::cancellation_signal cancel;
    const auto keep = [&failure](std::exception_ptr e) { failure = e; };
    asio::co_spawn(world.loop, readInto(world.server, world.in(1h), result),
                   asio::bind_cancellation_slot(cancel.slot(), keep));
    world.poll();
    cancel.emit(asio::cancellation_type::terminal);
    world.poll();
    const bool ended = failure || (result && result->has_error());
    CHECK(ended);
    CHECK(world.clock.nextDeadline() == kNever);
}

TEST_CASE("Memory transport: a peer that does not read makes the write wait") {
    World world;
    world.client.setWindow(4);
    WriteResult written;
    asio::co_spawn(world.loop, writeInto(world.server, "123456789", world.in(60s), written), asio::detached);
    world.poll();
    CHECK(world.client.take() == "1234");
    world.poll();
    CHECK(world.client.take() == "5678");
    CHECK_FALSE(written.has_value());
    world.poll();
    CHECK(written->has_value());
    CHECK(world.client.take() == "9");

    WriteResult stuck;
    asio::co_spawn(world.loop, writeInto(world.server, "123456789", world.in(60s), stuck), asio::detached);
    world.poll();
    world.clock.advance(60s);
    REQUIRE(stuck.has_value());
    CHECK(stuck->error().code == Errc::Timeout);
}

TEST_CASE("Memory transport: a reset is told once while nobody reads or writes") {
    World world;
    int told = 0;
    world.server.onReset([&told] { ++told; });
    world.client.reset();
    CHECK(told == 0); // from the loop, not from within the call
    world.poll();
    CHECK(told == 1);
    CHECK(errorOf(readNow(world)) == Errc::Reset);
    world.poll();
    CHECK(told == 1);
}

TEST_CASE("Memory transport: a reset during a read is that read's failure, not a callback") {
    World world;
    int told = 0;
    world.server.onReset([&told] { ++told; });
    ReadResult result;
    asio::co_spawn(world.loop, readInto(world.server, kNever, result), asio::detached);
    world.poll();
    world.client.reset();
    world.poll();
    CHECK(errorOf(result) == Errc::Reset);
    CHECK(told == 0);
}

TEST_CASE("Memory transport: nothing is told after close") {
    World world;
    int told = 0;
    world.server.onReset([&told] { ++told; });
    world.server.close(PeerState::MaySend);
    world.client.reset();
    world.poll();
    CHECK(told == 0);
    CHECK(world.client.closed());
}

TEST_CASE("Memory transport: a server that drops the connection without closing it resets it") {
    World world;
    world.connection.server.reset();
    CHECK(world.client.wasReset());
    CHECK_FALSE(world.client.closed());
}

TEST_CASE("Memory transport: reads come in pieces where the test wants them to") {
    World world;
    world.client.setReadSize(3);
    world.client.send("12345678");
    CHECK(readNow(world)->value() == "123");
    CHECK(readNow(world)->value() == "456");
    CHECK(readNow(world)->value() == "78");
}

TEST_CASE("Memory transport: the peer vanishes at every operation in turn") {
    // Without accident: three reads with input, three writes, and the read that finds the end.
    constexpr std::size_t kOperations = 7;
    for (std::size_t n = 1; n <= kOperations; ++n) {
        CAPTURE(n);
        World world;
        std::vector<Errc> ends;
        world.client.vanishAt(n);
        asio::co_spawn(world.loop, echo(world.server, ends), asio::detached);
        std::string echoed;
        for (int i = 0; i < 3; ++i) {
            world.client.send("x");
            world.poll();
            echoed += world.client.take();
        }
        world.client.halfClose();
        world.poll();
        CHECK(ends == std::vector<Errc>{Errc::Reset});
        CHECK(echoed.size() == (n - 1) / 2); // each completed pair of operations echoed one octet
        CHECK(world.client.operations() == n);
    }
    World world;
    std::vector<Errc> ends;
    world.client.vanishAt(kOperations + 1);
    asio::co_spawn(world.loop, echo(world.server, ends), asio::detached);
    for (int i = 0; i < 3; ++i) {
        world.client.send("x");
        world.poll();
    }
    world.client.halfClose();
    world.poll();
    CHECK(ends == std::vector<Errc>{Errc::EndOfStream});
    CHECK(world.client.closed());
}

TEST_CASE("Memory transport: a peer that falls silent is noticed by the deadline only") {
    World world;
    world.client.vanishAt(2, Vanish::Silence);
    world.client.send("1");
    CHECK(readNow(world)->value() == "1");
    WriteResult written;
    asio::co_spawn(world.loop, writeInto(world.server, "lost", kNever, written), asio::detached);
    world.poll();
    CHECK(written->has_value()); // the network took it
    CHECK(world.client.take().empty());
    world.client.send("never arrives");
    ReadResult result;
    asio::co_spawn(world.loop, readInto(world.server, world.in(60s), result), asio::detached);
    world.poll();
    CHECK_FALSE(result.has_value());
    world.clock.advance(60s);
    CHECK(errorOf(result) == Errc::Timeout);
}
