// Somebody who types at a shell: the program runs on a terminal of its own (a pty), the test sends keys and
// reads the screen.
#pragma once

#include <edge/server/net/owned_fd.h>

#include <sys/types.h>

#include <string>
#include <string_view>

namespace edge::tests {

class Typist {
public:
    // Starts the shell on that data directory.
    explicit Typist(const std::string& dataDirectory);
    ~Typist();
    Typist(const Typist&) = delete;
    Typist& operator=(const Typist&) = delete;

    void type(std::string_view keys);
    // Waits until `text` appears behind what was seen before; false when it does not come.
    bool sees(std::string_view text);
    // Everything since the start.
    const std::string& screen() const { return screen_; }
    // Waits until the shell has ended; its exit code, -1 when it died of a signal.
    int leaves();

private:
    bool readMore();

    OwnedFd terminal_;
    pid_t process_ = -1;
    std::string screen_;
    std::size_t seen_ = 0;
};

} // namespace edge::tests
