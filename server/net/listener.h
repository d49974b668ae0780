// A listening socket: it accepts peers on one loop and hands each to the next loop in turn as a Transport.
// Running out of file descriptors must neither spin nor stop the server, so it then pauses and keeps a
// descriptor in reserve with which it turns the foremost waiting peer away.
#pragma once

#include <edge/server/net/io_loops.h>
#include <edge/server/transport.h>

#include <functional>
#include <memory>
#include <string>

namespace edge {

class Listener {
public:
    // Called on the loop that the new connection belongs to. Callable until the loops have ended: a peer
    // accepted just before stop() may still arrive.
    using OnAccept = std::function<void(boost::asio::io_context& loop, std::unique_ptr<Transport> transport)>;
    // Told of trouble in a sentence, once when it begins; called on any loop.
    using OnTrouble = std::function<void(const std::string& what)>;

    // Listens on `where`, port 0 for any free one. The error says what an administrator can do about it.
    static Result<std::unique_ptr<Listener>> open(IoLoops& loops, Clock& clock, const Endpoint& where,
                                                  OnAccept onAccept, OnTrouble onTrouble = {});
    // Stops. The loops outlive the listener.
    ~Listener();

    // What was really bound: with the port that port 0 became.
    Endpoint endpoint() const;
    // Closes the listening socket: new peers are refused by the kernel. Callable from every thread, and
    // twice.
    void stop();

private:
    class Socket;
    explicit Listener(std::shared_ptr<Socket> socket);

    std::shared_ptr<Socket> socket_; // shared with the accepting coroutine
};

} // namespace edge
