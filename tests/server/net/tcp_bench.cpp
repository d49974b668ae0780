#include <edge/server/net/socket_address.h>
#include <edge/tests/net/tcp_bench.h>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace edge::tests {
namespace {

// Bounds of waiting for the kernel to move octets over loopback: never reached unless something is broken.
constexpr auto kTurn = std::chrono::milliseconds(20);
constexpr int kTurns = 500;

void setNonBlocking(int fd) {
    REQUIRE(::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) == 0);
}

} // namespace

std::size_t PlainSocket::send(std::string_view bytes) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

const std::string& PlainSocket::receive() {
    std::array<char, 65536> buffer;
    for (;;) {
        const auto octets = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (octets > 0) {
            received_.append(buffer.data(), static_cast<std::size_t>(octets));
            continue;
        }
        ended_ = ended_ || octets == 0;
        reset_ = reset_ || (octets < 0 && errno == ECONNRESET);
        return received_;
    }
}

void PlainSocket::halfClose() {
    ::shutdown(fd_.get(), SHUT_WR);
}

void PlainSocket::reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fd_.reset();
}

void PlainSocket::sendUrgent(char octet) {
    ::send(fd_.get(), &octet, 1, MSG_OOB | MSG_NOSIGNAL);
}

PlainSocket connectTo(const Endpoint& where) {
    const auto address = toSocketAddress(where);
    OwnedFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    REQUIRE(fd.valid());
    REQUIRE(::connect(fd.get(), address.get(), address.length) == 0);
    setNonBlocking(fd.get());
    return PlainSocket(std::move(fd));
}

TcpBench::TcpBench() {
    const auto any = toSocketAddress({IpAddress::v4(INADDR_LOOPBACK), 0});
    const OwnedFd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    REQUIRE(::bind(listening.get(), any.get(), any.length) == 0);
    REQUIRE(::listen(listening.get(), 1) == 0);
    SocketAddress bound;
    REQUIRE(::getsockname(listening.get(), bound.get(), &bound.length) == 0);
    client = std::make_unique<PlainSocket>(connectTo(toEndpoint(bound)));
    const int accepted = ::accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    REQUIRE(accepted >= 0);
    server = makeTcpTransport(loop, accepted, clock).value();
}

bool TcpBench::runUntil(const std::function<bool()>& done) {
    for (int turn = 0; turn < kTurns; ++turn) {
        if (done())
            return true;
        if (loop.stopped())
            loop.restart();
        loop.run_one_for(kTurn);
    }
    return done();
}

void TcpBench::poll() {
    loop.restart();
    loop.poll();
}

} // namespace edge::tests
