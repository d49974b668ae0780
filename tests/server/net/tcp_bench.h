// A loopback connection for tests: one end a TcpTransport on a loop the test polls, the other a plain socket.
#pragma once

#include <edge/server/net/owned_fd.h>
#include <edge/server/net/tcp_transport.h>
#include <edge/testenv/manual_clock.h>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace edge::tests {

// The client: a blocking-free plain socket.
class PlainSocket {
public:
    explicit PlainSocket(OwnedFd fd)
        : fd_(std::move(fd)) {}

    // Sends as much as the system takes now; the number of octets.
    std::size_t send(std::string_view bytes);
    // Everything that lies ready, appended to what came before.
    const std::string& receive();
    // The peer has ended its side (FIN), as far as receive() has seen.
    bool ended() const { return ended_; }
    // The peer has reset the connection, as far as receive() has seen.
    bool wasReset() const { return reset_; }
    void halfClose();
    // Ends with a reset instead of FIN.
    void reset();
    void sendUrgent(char octet);
    void close() { fd_.reset(); }
    int fd() const { return fd_.get(); }

private:
    OwnedFd fd_;
    std::string received_;
    bool ended_ = false;
    bool reset_ = false;
};

// Connects a plain socket to `where`.
PlainSocket connectTo(const Endpoint& where);

struct TcpBench {
    TcpBench();

    boost::asio::io_context loop;
    testenv::ManualClock clock{loop};
    std::unique_ptr<Transport> server;
    std::unique_ptr<PlainSocket> client;

    // Runs the loop, blocking for the network, until `done`; false when nothing moves for a long time.
    bool runUntil(const std::function<bool()>& done);
    // Runs what is ready.
    void poll();
    SteadyTime in(Duration time) const { return clock.steadyNow() + time; }
};

} // namespace edge::tests
