// A file descriptor with one owner.
#pragma once

#include <unistd.h>

#include <utility>

namespace edge {

class OwnedFd {
public:
    OwnedFd() = default;
    explicit OwnedFd(int fd)
        : fd_(fd) {}
    OwnedFd(OwnedFd&& other) noexcept
        : fd_(other.release()) {}
    OwnedFd& operator=(OwnedFd&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~OwnedFd() { reset(); }

    bool valid() const { return fd_ >= 0; }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1) {
        if (const int old = std::exchange(fd_, fd); old >= 0)
            ::close(old);
    }

private:
    int fd_ = -1;
};

} // namespace edge
