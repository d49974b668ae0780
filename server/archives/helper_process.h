// One archive helper as the operating system sees it: a child process and our end of its socket. It ends with
// its owner: killed by its own process id, waited for, so that neither a busy helper nor a dead one stays
// behind.
#pragma once

#include <edge/base/result.h>
#include <edge/server/net/owned_fd.h>

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge {

class HelperProcess {
public:
    // Starts `command` (a path and arguments) with its end of a Unix stream socket as descriptor 0, standard
    // error as ours and nothing else of ours.
    static Result<HelperProcess> start(const std::vector<std::string>& command);
    HelperProcess(HelperProcess&& other) noexcept;
    HelperProcess& operator=(HelperProcess&&) = delete;
    // Kills it.
    ~HelperProcess();

    pid_t pid() const { return pid_; }
    // Gives our end of the socket away; it does not block.
    OwnedFd takeSocket() { return std::move(socket_); }
    // Has it ended by itself, or by somebody else's signal?
    bool ended();
    // Ends it, if it has not, and says how it went: "signal 11", "exit code 1". For once.
    std::string finish();

private:
    HelperProcess(pid_t pid, OwnedFd socket);

    pid_t pid_;      // 0: none any more
    int status_ = 0; // of one that was waited for
    bool reaped_ = false;
    OwnedFd socket_;
};

// A file in memory with these octets that nobody can change any more, as it is given to a helper.
Result<OwnedFd> sealedCopy(std::string_view bytes);

} // namespace edge
