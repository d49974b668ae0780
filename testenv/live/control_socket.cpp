#include <edge/base/thread_name.h>
#include <edge/testenv/live/control_socket.h>

#include <poll.h>
#include <sys/socket.h>

#include <utility>

namespace edge::testenv {
namespace {

constexpr const char* kStopped = R"({"error":"the lab has stopped"})";

} // namespace

void ControlMailbox::push(ControlRequest request) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        request.answer.set_value(kStopped);
        return;
    }
    waiting_.push_back(std::move(request));
    changed_.notify_one();
    if (ring_)
        ring_();
}

std::optional<ControlRequest> ControlMailbox::take() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty())
        return std::nullopt;
    auto request = std::move(waiting_.front());
    waiting_.pop_front();
    return request;
}

void ControlMailbox::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
}

void ControlMailbox::setBell(std::function<void()> ring) {
    const std::lock_guard lock(mutex_);
    ring_ = std::move(ring);
    if (ring_ && (closed_ || !waiting_.empty()))
        ring_();
}

void ControlMailbox::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& request : waiting_)
        request.answer.set_value(kStopped);
    waiting_.clear();
    changed_.notify_one();
    if (ring_)
        ring_();
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::string& path, ControlMailbox& mailbox) {
    auto listener = UnixListener::open(path);
    if (!listener)
        return listener.error();
    return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(*listener), mailbox));
}

ControlSocket::ControlSocket(UnixListener listener, ControlMailbox& mailbox)
    : listener_(std::move(listener))
    , socket_(listener_.takeSocket())
    , mailbox_(mailbox)
    , acceptor_([this] { accept(); }) {}

ControlSocket::~ControlSocket() {
    ::shutdown(socket_.get(), SHUT_RDWR); // wakes accept()
    acceptor_.join();
    for (auto& controller : controllers_)
        controller.socket.interrupt();
    for (auto& controller : controllers_)
        controller.thread.join();
}

void ControlSocket::accept() {
    nameThisThread("lab-control");
    for (std::uint64_t id = 1;; ++id) {
        pollfd ready{socket_.get(), POLLIN, 0};
        ::poll(&ready, 1, -1);
        OwnedFd peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!peer.valid() && (ready.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
            return; // shut down
        sweep();
        const std::lock_guard lock(mutex_);
        if (!peer.valid() || controllers_.size() >= kMaxControllers)
            continue;
        auto& controller = controllers_.emplace_back(std::move(peer));
        controller.thread = std::thread([this, &controller, id] { listen(controller, id); });
    }
}

// Takes away controllers that have gone.
void ControlSocket::sweep() {
    std::list<Controller> gone;
    {
        const std::lock_guard lock(mutex_);
        for (auto next = controllers_.begin(); next != controllers_.end();) {
            const auto controller = next++;
            if (controller->gone)
                gone.splice(gone.end(), controllers_, controller);
        }
    }
    for (auto& controller : gone)
        controller.thread.join();
}

void ControlSocket::listen(Controller& controller, std::uint64_t id) {
    nameThisThread("lab-control");
    for (;;) {
        auto line = controller.socket.receive();
        if (!line)
            break;
        ControlRequest request{id, std::move(*line), {}};
        auto answer = request.answer.get_future();
        mailbox_.push(std::move(request));
        if (!controller.socket.send(answer.get()))
            break;
    }
    mailbox_.push({id, std::nullopt, {}});
    const std::lock_guard lock(mutex_);
    controller.gone = true;
}

} // namespace edge::testenv
