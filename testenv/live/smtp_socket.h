// The client's end of a TCP connection, as scenarios want one: it never blocks unless asked to wait, and it
// can leave in every way a peer can.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/base/result.h>
#include <edge/server/net/owned_fd.h>
#include <edge/testenv/scenario/scenario.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace edge::testenv {

class SmtpSocket {
public:
    // Connects; `bound` is told the local port before the server can see anything of it. `within` bounds the
    // connecting.
    static Result<SmtpSocket> connect(const Endpoint& server, std::chrono::milliseconds within,
                                      const std::function<void(std::uint16_t port)>& bound = {});

    std::uint16_t port() const { return port_; }
    // Sends what the system takes now; how much that was. Nothing where the connection is broken.
    std::size_t send(std::string_view bytes);
    // Appends what has come to `to`, waiting for some for that long; false where nothing came.
    bool receive(std::string& to, std::chrono::milliseconds wait);
    // The server has ended or broken the connection, and everything it said has been received.
    bool ended() const { return ended_; }
    // Half-closes, or resets. A client that vanishes just does nothing more.
    void leave(step::Ending how);

private:
    SmtpSocket(OwnedFd socket, std::uint16_t port)
        : socket_(std::move(socket))
        , port_(port) {}

    OwnedFd socket_;
    std::uint16_t port_ = 0;
    bool ended_ = false;
};

// Takes the first whole reply off `heard`, its lines without line ends: up to the line whose code is followed
// by a blank; a line that is no reply is one by itself. Empty where there is none yet.
std::vector<std::string> takeReply(std::string& heard);

} // namespace edge::testenv
