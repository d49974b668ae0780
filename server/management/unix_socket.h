// The socket in the data directory by which a server is managed. Who may open the file may manage the server,
// so it is its owner's alone from the first instant; and its path is short, because the kernel has room for
// 107 octets only.
#pragma once

#include <edge/base/result.h>
#include <edge/server/net/owned_fd.h>

#include <string>
#include <string_view>

namespace edge {

// Where the server with that data directory is managed.
std::string managementSocketPath(std::string_view dataDirectory);

// A Unix socket's file, and the listening socket behind it. Removes the file again, unless it is somebody
// else's by now.
class UnixListener {
public:
    // Binds `path` with mode 0600 and listens. A socket on which nobody listens any more is replaced;
    // anything else that is there is an error.
    static Result<UnixListener> open(const std::string& path);
    UnixListener(UnixListener&& other) noexcept;
    UnixListener& operator=(UnixListener&&) = delete;
    ~UnixListener();

    // Gives the listening socket away; the file stays this object's business.
    OwnedFd takeSocket() { return std::move(socket_); }
    const std::string& path() const { return path_; }

private:
    UnixListener(OwnedFd socket, std::string path);

    OwnedFd socket_;
    std::string path_; // empty: moved from
    unsigned long long device_ = 0, inode_ = 0;
};

// Connects to the server that listens at `path`. Errors: NotFound when there is no such file, Unavailable
// when nobody listens, InvalidArgument when the path is too long, Io for everything else.
Result<OwnedFd> connectUnix(const std::string& path);

} // namespace edge
