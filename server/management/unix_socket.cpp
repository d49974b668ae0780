#include <edge/base/file_system.h>
#include <edge/server/management/unix_socket.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace edge {
namespace {

constexpr std::string_view kSocketName = "edgesim.sock";
constexpr mode_t kOwnerOnly = 0600;
constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;

Error failure(Errc code, const std::string& act, const std::string& path, int number) {
    return Error{code, "cannot " + act + " " + path + ": " + std::strerror(number)};
}

Result<sockaddr_un> addressOf(const std::string& path) {
    if (path.size() > kMaxPath)
        return Error{Errc::InvalidArgument,
                     "the path of the management socket is " + std::to_string(path.size()) +
                         " octets long, the system allows " + std::to_string(kMaxPath) + ": " + path +
                         " (choose a data directory with a shorter path, or a relative one)"};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

OwnedFd newSocket(int flags) {
    return OwnedFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
}

int connectTo(const OwnedFd& socket, const sockaddr_un& address) {
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(socket.get(), generic, sizeof address) == 0 ? 0 : errno;
}

// Leaves `path` free to be bound. Only a socket that refuses connections is removed: it is what a killed
// server left.
Result<> clearStale(const std::string& path, const sockaddr_un& address) {
    struct stat status;
    if (::lstat(path.c_str(), &status) != 0)
        return errno == ENOENT ? Result<>{} : failure(Errc::Io, "look at", path, errno);
    if (!S_ISSOCK(status.st_mode))
        return Error{Errc::AlreadyExists, path + " exists and is not a socket; move it away"};
    const auto probe = newSocket(SOCK_NONBLOCK);
    const int error = probe.valid() ? connectTo(probe, address) : errno;
    if (error == 0 || error == EAGAIN) // EAGAIN: so busy that its queue is full
        return Error{Errc::Unavailable, "another server listens on " + path};
    if (error != ECONNREFUSED && error != ENOENT)
        return failure(Errc::Io, "tell whether a server listens on", path, error);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return failure(Errc::Io, "remove the stale socket", path, errno);
    return {};
}

// The file gets the mode that the socket has when it is bound (unix(7) on Linux): set before, there is no
// instant in which others could connect, and the process-wide umask stays as it is.
Result<> bindAndListen(const OwnedFd& socket, const std::string& path, const sockaddr_un& address) {
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    const bool listening = socket.valid() && ::fchmod(socket.get(), kOwnerOnly) == 0 &&
                           ::bind(socket.get(), generic, sizeof address) == 0 &&
                           ::chmod(path.c_str(), kOwnerOnly) == 0 && ::listen(socket.get(), SOMAXCONN) == 0;
    if (!listening)
        return failure(Errc::Io, "listen on", path, errno);
    return {};
}

} // namespace

std::string managementSocketPath(std::string_view dataDirectory) {
    return joinPath(dataDirectory, kSocketName);
}

Result<UnixListener> UnixListener::open(const std::string& path) {
    const auto address = addressOf(path);
    if (!address)
        return address.error();
    if (auto cleared = clearStale(path, *address); !cleared)
        return cleared.error();
    auto socket = newSocket(SOCK_NONBLOCK);
    if (auto listening = bindAndListen(socket, path, *address); !listening)
        return listening.error();
    return UnixListener(std::move(socket), path);
}

UnixListener::UnixListener(OwnedFd socket, std::string path)
    : socket_(std::move(socket))
    , path_(std::move(path)) {
    struct stat status;
    if (::lstat(path_.c_str(), &status) != 0)
        return;
    device_ = status.st_dev;
    inode_ = status.st_ino;
}

UnixListener::UnixListener(UnixListener&& other) noexcept
    : socket_(std::move(other.socket_))
    , path_(std::exchange(other.path_, {}))
    , device_(other.device_)
    , inode_(other.inode_) {}

UnixListener::~UnixListener() {
    struct stat status;
    if (path_.empty() || ::lstat(path_.c_str(), &status) != 0)
        return;
    if (status.st_dev == device_ && status.st_ino == inode_)
        ::unlink(path_.c_str());
}

Result<OwnedFd> connectUnix(const std::string& path) {
    const auto address = addressOf(path);
    if (!address)
        return address.error();
    auto socket = newSocket(0);
    const int error = socket.valid() ? connectTo(socket, *address) : errno;
    if (error == 0)
        return socket;
    const auto code = error == ENOENT || error == ENOTDIR ? Errc::NotFound
                      : error == ECONNREFUSED             ? Errc::Unavailable
                                                          : Errc::Io;
    return failure(code, "connect to", path, error);
}

} // namespace edge
