#include <edge/server/net/listener.h>
#include <edge/server/net/owned_fd.h>
#include <edge/server/net/socket_address.h>
#include <edge/server/net/tcp_transport.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <netinet/in.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace edge {

namespace asio = boost::asio;

namespace {

// Peers accepted in a row before the loop gets its turn.
constexpr int kAcceptsInARow = 64;
// Pause when the system is out of something: long enough not to spin, short enough not to be noticed after.
constexpr Duration kPause = std::chrono::milliseconds(100);

// Meanings of accept(2)'s errors, as far as they differ for us.
enum class AcceptFailure {
    NoneWaiting,
    PeerTrouble, // that one peer is gone or unreachable; the next may do
    Exhausted,   // out of descriptors or memory: later
};

AcceptFailure meaningOf(int error) {
    switch (error) {
    case EAGAIN:
        return AcceptFailure::NoneWaiting;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return AcceptFailure::Exhausted;
    default: // Linux passes on errors that the new connection already has: accept(2), "Error handling"
        return AcceptFailure::PeerTrouble;
    }
}

Error cannotListen(const Endpoint& where, int error) {
    const auto begin = "cannot listen on " + where.toString() + ": ";
    switch (error) {
    case EACCES:
        return {Errc::Unavailable,
                begin + "permission denied; ports below 1024 need root or CAP_NET_BIND_SERVICE, "
                        "try a port such as 2525"};
    case EADDRINUSE:
        return {Errc::Unavailable,
                begin + "the address is in use; another server (or another edgesim) listens there"};
    case EADDRNOTAVAIL:
        return {Errc::Unavailable, begin + "no network adapter of this machine has that address"};
    case EAFNOSUPPORT:
        return {Errc::Unavailable, begin + "this machine has no IPv6"};
    default:
        return {Errc::Unavailable, begin + std::strerror(error)};
    }
}

OwnedFd acceptOne(int listening) {
    return OwnedFd(::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

OwnedFd openReserve() {
    return OwnedFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

// A bound, listening socket.
Result<OwnedFd> listenOn(const Endpoint& where) {
    const auto address = toSocketAddress(where);
    OwnedFd socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    const int on = 1;
    const bool six = address.storage.ss_family == AF_INET6;
    // REUSEADDR: a restarted server need not wait for its old connections. V6ONLY: [::]:25 and 0.0.0.0:25 are
    // two bindings, as in Exchange (platform.md 2.1).
    const bool listening =
        socket.valid() && ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (!six || ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
        ::bind(socket.get(), address.get(), address.length) == 0 && ::listen(socket.get(), SOMAXCONN) == 0;
    if (!listening)
        return cannotListen(where, errno);
    return socket;
}

} // namespace

class Listener::Socket {
public:
    Socket(IoLoops& loops, Clock& clock, OwnedFd socket, OnAccept onAccept, OnTrouble onTrouble)
        : loops_(loops)
        , loop_(loops.next())
        , clock_(clock)
        , descriptor_(loop_, socket.get())
        , reserve_(openReserve())
        , onAccept_(std::move(onAccept))
        , onTrouble_(std::move(onTrouble)) {
        ::getsockname(socket.release(), address_.get(), &address_.length);
    }

    Endpoint endpoint() const { return toEndpoint(address_); }
    asio::io_context& loop() { return loop_; }

    static Task<> acceptPeers(std::shared_ptr<Socket> self);
    static void stop(const std::shared_ptr<Socket>& self);

private:
    bool acceptSome();
    void handOver(OwnedFd peer);
    void turnAwayForemost();
    void reportTrouble(int error);

    IoLoops& loops_;
    asio::io_context& loop_;
    Clock& clock_;
    asio::posix::stream_descriptor descriptor_;
    OwnedFd reserve_;
    OnAccept onAccept_;
    OnTrouble onTrouble_;
    SocketAddress address_;
    std::atomic<bool> stopped_{false};
    bool inTrouble_ = false;
};

Task<> Listener::Socket::acceptPeers(std::shared_ptr<Socket> self) {
    while (!self->stopped_) {
        if (self->acceptSome()) {
            const auto [error] = co_await self->descriptor_.async_wait(
                asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
            if (error)
                co_return; // stopped
        } else {
            co_await self->clock_.waitUntil(self->clock_.steadyNow() + kPause);
        }
    }
}

// Accepts whoever waits, up to a bound; false when the system is out of something.
bool Listener::Socket::acceptSome() {
    for (int i = 0; i < kAcceptsInARow; ++i) {
        auto peer = acceptOne(descriptor_.native_handle());
        if (peer.valid()) {
            inTrouble_ = false;
            handOver(std::move(peer));
            continue;
        }
        switch (meaningOf(errno)) {
        case AcceptFailure::NoneWaiting:
            return true;
        case AcceptFailure::PeerTrouble:
            continue;
        case AcceptFailure::Exhausted:
            if (inTrouble_)
                turnAwayForemost();
            else
                reportTrouble(errno);
            return false;
        }
    }
    return true;
}

void Listener::Socket::handOver(OwnedFd peer) {
    auto& loop = loops_.next();
    // Shares nothing with the listener but the callback: it may be gone when the loop comes to this.
    asio::post(loop, [&loop, &clock = clock_, accept = onAccept_, fd = std::move(peer)]() mutable {
        auto transport = makeTcpTransport(loop, fd.release(), clock);
        if (transport)
            accept(loop, std::move(*transport));
    });
}

// Nobody can be served: closing tells the foremost peer to try later, instead of leaving it to its own
// timeout.
void Listener::Socket::turnAwayForemost() {
    reserve_.reset();
    acceptOne(descriptor_.native_handle());
    reserve_ = openReserve();
}

void Listener::Socket::reportTrouble(int error) {
    inTrouble_ = true;
    if (!onTrouble_)
        return;
    const auto remedy = error == EMFILE ? " (raise the limit of open files: ulimit -n)" : "";
    onTrouble_("cannot accept connections on " + endpoint().toString() + ": " + std::strerror(error) +
               remedy);
}

void Listener::Socket::stop(const std::shared_ptr<Socket>& self) {
    if (self->stopped_.exchange(true))
        return;
    asio::post(self->loop_, [self] {
        boost::system::error_code ignored;
        self->descriptor_.close(ignored);
    });
}

Result<std::unique_ptr<Listener>> Listener::open(IoLoops& loops, Clock& clock, const Endpoint& where,
                                                 OnAccept onAccept, OnTrouble onTrouble) {
    auto listening = listenOn(where);
    if (!listening)
        return listening.error();
    const auto socket = std::make_shared<Socket>(loops, clock, std::move(*listening), std::move(onAccept),
                                                 std::move(onTrouble));
    asio::co_spawn(socket->loop(), Socket::acceptPeers(socket), asio::detached);
    return std::unique_ptr<Listener>(new Listener(socket));
}

Listener::Listener(std::shared_ptr<Socket> socket)
    : socket_(std::move(socket)) {}

Listener::~Listener() {
    stop();
}

Endpoint Listener::endpoint() const {
    return socket_->endpoint();
}

void Listener::stop() {
    Socket::stop(socket_);
}

} // namespace edge
