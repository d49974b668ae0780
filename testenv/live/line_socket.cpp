#include <edge/testenv/live/line_socket.h>

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace edge::testenv {

Result<> LineSocket::send(std::string line) {
    line += '\n';
    for (std::string_view rest = line; !rest.empty();) {
        const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return Error{Errc::Reset, std::strerror(errno)};
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<std::string> LineSocket::receive() {
    std::array<char, 64 * 1024> buffer;
    for (std::size_t seen = 0;;) {
        if (const auto end = pending_.find('\n', seen); end != std::string::npos) {
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return line;
        }
        seen = pending_.size();
        if (seen > kMaxLine)
            return Error{Errc::LimitExceeded, "the line is too long"};
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return Error{Errc::EndOfStream, "the other side has gone"};
        pending_.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

void LineSocket::interrupt() {
    ::shutdown(socket_.get(), SHUT_RDWR);
}

} // namespace edge::testenv
