// Lines over a connected stream socket: how controller and lab speak. Blocking, because both sides have
// nothing to do but wait for each other.
#pragma once

#include <edge/base/result.h>
#include <edge/server/net/owned_fd.h>

#include <string>
#include <string_view>

namespace edge::testenv {

class LineSocket {
public:
    // A line with a whole published message in it is the longest that anybody has to say.
    static constexpr std::size_t kMaxLine = 512UL * 1024 * 1024;

    explicit LineSocket(OwnedFd socket)
        : socket_(std::move(socket)) {}

    // Sends the line with its end. Reset: nobody listens any more.
    Result<> send(std::string line);
    // The next line, without its end. EndOfStream where the other side has gone, LimitExceeded where it is
    // longer than any message.
    Result<std::string> receive();
    // Wakes whoever waits in receive(), for good. Callable from every thread.
    void interrupt();

private:
    OwnedFd socket_;
    std::string pending_; // received, not asked for yet
};

} // namespace edge::testenv
