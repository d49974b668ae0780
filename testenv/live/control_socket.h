// The Unix socket over which a lab is controlled: one thread accepts, one a controller reads its lines. The
// lab itself has one thread, and takes the lines one after the other from the mailbox in which they land;
// each controller waits for the answer to its line before its next one is read.
#pragma once

#include <edge/base/result.h>
#include <edge/server/management/unix_socket.h>
#include <edge/testenv/live/line_socket.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace edge::testenv {

// Something a controller said, or that it has gone.
struct ControlRequest {
    std::uint64_t controller = 0; // the same for all requests of one connection
    std::optional<std::string> line;
    std::promise<std::string> answer; // to be fulfilled where there is a line
};

// Where requests wait for the lab's thread.
class ControlMailbox {
public:
    void push(ControlRequest request);
    // The next request, if one waits.
    std::optional<ControlRequest> take();
    // Returns when a request waits, or after close().
    void wait();
    // While set, called (on any thread) for every request that comes; at once when one waits already.
    void setBell(std::function<void()> ring);
    // Nothing is taken any more: what waits, and what still comes, is answered that the lab has stopped.
    void close();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<ControlRequest> waiting_;
    std::function<void()> ring_;
    bool closed_ = false;
};

class ControlSocket {
public:
    // More controllers than that are turned away.
    static constexpr std::size_t kMaxControllers = 32;

    // Listens at `path`; its owner alone may connect.
    static Result<std::unique_ptr<ControlSocket>> open(const std::string& path, ControlMailbox& mailbox);
    // The mailbox is closed by then.
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

private:
    struct Controller {
        explicit Controller(OwnedFd fd)
            : socket(std::move(fd)) {}
        LineSocket socket;
        std::thread thread;
        bool gone = false; // under mutex_
    };

    ControlSocket(UnixListener listener, ControlMailbox& mailbox);
    void accept();
    void listen(Controller& controller, std::uint64_t id);
    void sweep();

    UnixListener listener_;
    OwnedFd socket_;
    ControlMailbox& mailbox_;
    std::mutex mutex_;
    std::list<Controller> controllers_; // under mutex_
    std::thread acceptor_;
};

} // namespace edge::testenv
