// A connection without a network: the server's end is a Transport like any other, the client's end is moved
// by the test, which can cut it into pieces, stop reading, or let the peer vanish at any chosen I/O
// operation. Nothing runs by itself: the test polls the loop.
#pragma once

#include <edge/server/transport.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace edge::testenv {

// How a peer vanishes: the server is told (RST), or hears nothing more until its deadline (cable pulled).
enum class Vanish { Reset, Silence };

// The client's end. For the loop's thread; usable after the server's end is gone.
class MemoryClient {
public:
    struct Wire;

    explicit MemoryClient(std::shared_ptr<Wire> wire);
    ~MemoryClient();

    // Gives the server input. Nothing arrives any more once either side has ended.
    void send(std::string_view bytes);
    // Takes what the server has written so far.
    std::string take();
    // Ends the input in good order; the server can still write.
    void halfClose();
    // Resets the connection: input not yet read is lost.
    void reset();

    // Lets the peer vanish at the n-th operation from now (1: the next): the server's end fails that read or
    // write, and what a failing write would have sent is not seen here.
    void vanishAt(std::size_t operation, Vanish how = Vanish::Reset);
    // Reads and writes that the server's end has begun so far: the bound for a loop over vanishAt().
    std::size_t operations() const;
    // The server gets at most `octets` from one read.
    void setReadSize(std::size_t octets);
    // The server's writes wait while so much output has not been taken: a peer that does not read.
    void setWindow(std::size_t octets);

    // The server has closed in good order (its output can still be taken).
    bool closed() const;
    // The connection was reset, by us or by the server's end being dropped without close().
    bool wasReset() const;

private:
    std::shared_ptr<Wire> wire_;
};

struct MemoryConnection {
    std::unique_ptr<Transport> server;
    std::unique_ptr<MemoryClient> client;
};

// A new connection from `remote` to `local`; deadlines are those of `clock`.
MemoryConnection connectInMemory(boost::asio::io_context& loop, Clock& clock, const Endpoint& local,
                                 const Endpoint& remote);

} // namespace edge::testenv
