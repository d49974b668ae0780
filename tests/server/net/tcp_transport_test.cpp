#include <edge/server/net/reset_watch.h>
#include <edge/tests/net/tcp_bench.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace edge;
using namespace edge::tests;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using ReadResult = std::optional<Result<std::string>>;
using WriteResult = std::optional<Result<>>;

Task<> readInto(Transport& transport, SteadyTime deadline, ReadResult& result) {
    const auto read = co_await transport.read(deadline);
    result = read ? Result<std::string>(std::string(*read)) : Result<std::string>(read.error());
}

Task<> writeInto(Transport& transport, std::string bytes, SteadyTime deadline, WriteResult& result) {
    result = co_await transport.write(std::move(bytes), deadline);
}

void beginRead(TcpBench& bench, SteadyTime deadline, ReadResult& result) {
    asio::co_spawn(bench.loop, readInto(*bench.server, deadline, result), asio::detached);
    bench.poll();
}

ReadResult readNow(TcpBench& bench, SteadyTime deadline = kNever) {
    ReadResult result;
    beginRead(bench, deadline, result);
    bench.runUntil([&] { return result.has_value(); });
    return result;
}

WriteResult writeNow(TcpBench& bench, std::string bytes) {
    WriteResult result;
    asio::co_spawn(bench.loop, writeInto(*bench.server, std::move(bytes), kNever, result), asio::detached);
    bench.runUntil([&] { return result.has_value(); });
    return result;
}

Errc errorOf(const ReadResult& result) {
    REQUIRE(result.has_value());
    REQUIRE(result->has_error());
    return result->error().code;
}

// Fills the buffers between the two ends, until the server's write waits.
void jam(TcpBench& bench, WriteResult& result, SteadyTime deadline) {
    asio::co_spawn(bench.loop, writeInto(*bench.server, std::string(32U << 20U, 'x'), deadline, result),
                   asio::detached);
    bench.poll();
    REQUIRE_FALSE(result.has_value());
}

} // namespace

TEST_CASE("TCP: bytes go both ways, endpoints are the real ones") {
    TcpBench bench;
    bench.client->send("EHLO a\r\n");
    CHECK(readNow(bench)->value() == "EHLO a\r\n");
    CHECK(writeNow(bench, "250 b\r\n")->has_value());
    CHECK(bench.runUntil([&] { return bench.client->receive() == "250 b\r\n"; }));
    CHECK(bench.server->localEndpoint().address == IpAddress::v4(0x7F000001));
    CHECK(bench.server->localEndpoint().port != 0);
    CHECK(bench.server->remoteEndpoint().port != bench.server->localEndpoint().port);
}

TEST_CASE("TCP: a read waits for input") {
    TcpBench bench;
    ReadResult result;
    beginRead(bench, kNever, result);
    CHECK_FALSE(result.has_value());
    bench.client->send("x");
    CHECK(bench.runUntil([&] { return result.has_value(); }));
    CHECK(result->value() == "x");
}

TEST_CASE("TCP: a half-close ends the stream, and the other direction stays open") {
    TcpBench bench;
    bench.client->send("QUIT\r\n");
    bench.client->halfClose();
    CHECK(readNow(bench)->value() == "QUIT\r\n");
    CHECK(errorOf(readNow(bench)) == Errc::EndOfStream);
    CHECK(writeNow(bench, "221 bye\r\n")->has_value());
    CHECK(bench.runUntil([&] { return bench.client->receive() == "221 bye\r\n"; }));
}

TEST_CASE("TCP: a read ends at its deadline, the connection lives on") {
    TcpBench bench;
    ReadResult result;
    beginRead(bench, bench.in(60s), result);
    bench.clock.advance(59s);
    CHECK_FALSE(result.has_value());
    bench.clock.advance(1s);
    CHECK(errorOf(result) == Errc::Timeout);
    CHECK(writeNow(bench, "421 4.4.1 Connection timed out\r\n")->has_value());
    CHECK(bench.runUntil([&] { return bench.client->receive() == "421 4.4.1 Connection timed out\r\n"; }));
}

TEST_CASE("TCP: a deadline that has passed lets ready input through, and ends a read that would wait") {
    TcpBench bench;
    bench.client->send("ready");
    CHECK(readNow(bench, bench.in(-1s))->value() == "ready");
    CHECK(errorOf(readNow(bench, bench.in(-1s))) == Errc::Timeout);
}

TEST_CASE("TCP: moving the deadline on does not end a read early, moving it forward ends it in time") {
    TcpBench bench;
    for (int command = 0; command < 5; ++command) { // each is given 60 s anew, 40 s after the one before
        ReadResult result;
        beginRead(bench, bench.in(60s), result);
        bench.clock.advance(40s);
        CHECK_FALSE(result.has_value());
        bench.client->send("x");
        CHECK(bench.runUntil([&] { return result.has_value(); }));
        CHECK(result->has_value());
    }
    ReadResult shorter;
    beginRead(bench, bench.in(10s), shorter);
    bench.clock.advance(9s);
    CHECK_FALSE(shorter.has_value());
    bench.clock.advance(1s);
    CHECK(errorOf(shorter) == Errc::Timeout);
}

TEST_CASE("TCP: interruptRead fails the pending read and all later ones, writes still work") {
    TcpBench bench;
    ReadResult result;
    beginRead(bench, bench.in(60s), result);
    bench.server->interruptRead();
    CHECK(bench.runUntil([&] { return result.has_value(); }));
    CHECK(errorOf(result) == Errc::Cancelled);
    bench.client->send("more");
    CHECK(errorOf(readNow(bench)) == Errc::Cancelled);
    CHECK(writeNow(bench, "421 4.3.2 Service not available\r\n")->has_value());
}

TEST_CASE("TCP: cancelling the session ends its read") {
    TcpBench bench;
    ReadResult result;
    std::exception_ptr failure;
    bool over = false;
    asio::cancellation_signal cancel;
    const auto ended = [&](std::exception_ptr e) {
        failure = e;
        over = true;
    };
    asio::co_spawn(bench.loop, readInto(*bench.server, bench.in(60s), result),
                   asio::bind_cancellation_slot(cancel.slot(), ended));
    bench.poll();
    cancel.emit(asio::cancellation_type::terminal);
    CHECK(bench.runUntil([&] { return over; }));
    const bool cancelled = failure || (result && result->error().code == Errc::Cancelled);
    CHECK(cancelled);
}

TEST_CASE("TCP: a peer that does not read makes the write end at its deadline") {
    TcpBench bench;
    WriteResult result;
    jam(bench, result, bench.in(60s));
    bench.clock.advance(59s);
    CHECK_FALSE(result.has_value());
    bench.clock.advance(1s);
    REQUIRE(result.has_value());
    CHECK(result->error().code == Errc::Timeout);
}

TEST_CASE("TCP: a big write arrives whole") {
    TcpBench bench;
    WriteResult result;
    jam(bench, result, kNever);
    CHECK(bench.runUntil([&] {
        bench.client->receive();
        return result.has_value();
    }));
    CHECK(result->has_value());
    CHECK(bench.runUntil([&] { return bench.client->receive().size() == 32U << 20U; }));
}

TEST_CASE("TCP: a reset fails the pending read, and is not told besides") {
    TcpBench bench;
    int told = 0;
    bench.server->onReset([&told] { ++told; });
    ReadResult result;
    beginRead(bench, kNever, result);
    bench.client->reset();
    CHECK(bench.runUntil([&] { return result.has_value(); }));
    CHECK(errorOf(result) == Errc::Reset);
    bench.poll();
    CHECK(told == 0);
}

TEST_CASE("TCP: a reset while nobody reads is told once") {
    TcpBench bench;
    int told = 0;
    bench.server->onReset([&told] { ++told; });
    bench.client->send("DATA\r\n");
    CHECK(readNow(bench)->value() == "DATA\r\n"); // and now an agent takes its time
    bench.client->reset();
    bench.poll();
    bench.clock.advance(kResetTick);
    CHECK(bench.runUntil([&] { return told > 0; }));
    bench.clock.advance(kResetTick);
    bench.poll();
    CHECK(told == 1);
    CHECK(errorOf(readNow(bench)) == Errc::Reset);
}

TEST_CASE("TCP: input, end of input and urgent data while nobody reads are no reset") {
    TcpBench bench;
    int told = 0;
    bench.server->onReset([&told] { ++told; });
    bench.client->send("RSET\r\n");
    bench.client->sendUrgent('!');
    for (int i = 0; i < 10; ++i)
        bench.poll();
    bench.client->halfClose();
    bench.poll();
    bench.clock.advance(kResetTick);
    bench.poll();
    bench.clock.advance(kResetTick);
    bench.poll();
    CHECK(told == 0);
    CHECK(readNow(bench)->value().substr(0, 6) == "RSET\r\n");
}

TEST_CASE("TCP: a read that timed out does not blind the watch for resets") {
    TcpBench bench;
    int told = 0;
    bench.server->onReset([&told] { ++told; });
    ReadResult result;
    beginRead(bench, bench.in(1s), result);
    bench.clock.advance(1s);
    CHECK(errorOf(result) == Errc::Timeout);
    bench.poll();
    bench.client->reset();
    bench.poll();
    bench.clock.advance(kResetTick);
    CHECK(bench.runUntil([&] { return told > 0; }));
}

TEST_CASE("TCP: writing to a peer that has gone is a reset") {
    TcpBench bench;
    bench.client->reset();
    WriteResult result;
    CHECK(bench.runUntil([&] {
        result = writeNow(bench, "250 hello\r\n");
        return result->has_error();
    }));
    CHECK(result->error().code == Errc::Reset);
}

TEST_CASE("TCP: the last reply reaches a client that is still sending") {
    TcpBench bench;
    // Input that is never read lies in the server's buffers: a plain close would answer it with a reset.
    const std::string chunk(64 * 1024, 'm');
    std::size_t sent = 0;
    while (const auto octets = bench.client->send(chunk))
        sent += octets;
    REQUIRE(sent > chunk.size());
    CHECK(writeNow(bench, "552 5.3.4 Message size exceeds fixed maximum message size\r\n")->has_value());
    bench.server->close(PeerState::MaySend);
    bench.server.reset();
    // The client goes on sending for a while before it looks at the reply.
    std::size_t sentAfter = 0;
    CHECK(bench.runUntil([&] {
        sentAfter += bench.client->send(chunk);
        return sentAfter > (8U << 20U);
    }));
    CHECK(bench.runUntil([&] {
        bench.client->receive();
        return bench.client->ended();
    }));
    CHECK_FALSE(bench.client->wasReset());
    CHECK(bench.client->receive() == "552 5.3.4 Message size exceeds fixed maximum message size\r\n");
    bench.client->close();
    CHECK(bench.runUntil(
        [&] { return bench.clock.nextDeadline() == kNever; })); // lingering ended with the client
}

TEST_CASE("TCP: a closed connection is not kept longer than its linger time for a client that does not end") {
    TcpBench bench;
    CHECK(writeNow(bench, "221 bye\r\n")->has_value());
    bench.server->close(PeerState::MaySend);
    bench.server.reset();
    bench.poll();
    const auto bound = bench.clock.nextDeadline();
    REQUIRE(bound != kNever);
    CHECK(bound <= bench.in(10s));
    bench.clock.advance(10s);
    bench.poll();
    CHECK(bench.clock.nextDeadline() == kNever);
    CHECK(bench.loop.stopped()); // nothing is left on the loop
    CHECK(bench.runUntil([&] { return bench.client->receive() == "221 bye\r\n"; }));
}

TEST_CASE("TCP: nothing is told after close") {
    TcpBench bench;
    int told = 0;
    bench.server->onReset([&told] { ++told; });
    bench.server->close(PeerState::MaySend);
    bench.client->reset();
    CHECK(bench.runUntil([&] { return bench.clock.nextDeadline() == kNever; }));
    CHECK(told == 0);
}

TEST_CASE("TCP: closing under a pending read ends that read") {
    TcpBench bench;
    ReadResult result;
    beginRead(bench, bench.in(60s), result);
    bench.server->close(PeerState::MaySend);
    bench.server.reset();
    CHECK(bench.runUntil([&] { return result.has_value(); }));
    CHECK(errorOf(result) == Errc::Cancelled);
}

TEST_CASE("TCP: a loop may be dropped with connections that wait, watch and linger") {
    for (int n = 0; n < 3; ++n) {
        TcpBench bench;
        int told = 0;
        ReadResult result;
        bench.server->onReset([&told] { ++told; });
        beginRead(bench, bench.in(60s), result);
        if (n == 1)
            bench.server->close(PeerState::MaySend);
        if (n == 2)
            bench.server->interruptRead();
        CHECK(told == 0);
        // The bench goes away here; the sanitizers watch.
    }
}
