#include <edge/server/net/socket_address.h>
#include <edge/testenv/live/smtp_socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace edge::testenv {
namespace {

bool waitFor(int socket, short events, std::chrono::milliseconds wait) {
    pollfd state{socket, events, 0};
    return ::poll(&state, 1, static_cast<int>(wait.count())) == 1;
}

Error cannotConnect(const Endpoint& server, int error) {
    return {Errc::Unavailable, "cannot connect to " + server.toString() + ": " + std::strerror(error)};
}

// The unspecified address of the server's family: a client at "any port of mine".
Endpoint anyPort(const Endpoint& server) {
    return {server.address.isV4() ? IpAddress::v4(INADDR_ANY) : IpAddress(), 0};
}

int connectWithin(int socket, const Endpoint& server, std::chrono::milliseconds within) {
    const auto address = toSocketAddress(server);
    if (::connect(socket, address.get(), address.length) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (!waitFor(socket, POLLOUT, within))
        return ETIMEDOUT;
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

} // namespace

Result<SmtpSocket> SmtpSocket::connect(const Endpoint& server, std::chrono::milliseconds within,
                                       const std::function<void(std::uint16_t port)>& bound) {
    auto local = toSocketAddress(anyPort(server));
    OwnedFd socket(::socket(local.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    if (!socket.valid() || ::bind(socket.get(), local.get(), local.length) != 0 ||
        ::getsockname(socket.get(), local.get(), &local.length) != 0)
        return cannotConnect(server, errno);
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto port = toEndpoint(local).port;
    if (bound)
        bound(port);
    if (const int error = connectWithin(socket.get(), server, within); error != 0)
        return cannotConnect(server, error);
    return SmtpSocket(std::move(socket), port);
}

std::size_t SmtpSocket::send(std::string_view bytes) {
    std::size_t total = 0;
    while (total < bytes.size()) {
        const auto sent = ::send(socket_.get(), bytes.data() + total, bytes.size() - total, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            break;
        total += static_cast<std::size_t>(sent);
    }
    return total;
}

bool SmtpSocket::receive(std::string& to, std::chrono::milliseconds wait) {
    std::array<char, 16 * 1024> buffer;
    const auto before = to.size();
    while (!ended_) {
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got > 0) {
            to.append(buffer.data(), static_cast<std::size_t>(got));
            continue;
        }
        if (got < 0 && errno == EINTR)
            continue;
        const bool nothing = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        ended_ = !nothing;
        if (!nothing || to.size() > before || !waitFor(socket_.get(), POLLIN, wait))
            break;
    }
    return to.size() > before;
}

void SmtpSocket::leave(step::Ending how) {
    if (how == step::Ending::End)
        ::shutdown(socket_.get(), SHUT_WR);
    if (how != step::Ending::Cut)
        return;
    const linger atOnce{1, 0}; // RST instead of FIN
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    socket_.reset();
    ended_ = true;
}

std::vector<std::string> takeReply(std::string& heard) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < heard.size();) {
        const auto end = heard.find("\r\n", at);
        if (end == std::string::npos)
            return {};
        lines.push_back(heard.substr(at, end - at));
        at = end + 2;
        if (lines.back().size() < 4 || lines.back()[3] != '-') {
            heard.erase(0, at);
            return lines;
        }
    }
    return {};
}

} // namespace edge::testenv
