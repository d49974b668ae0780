// Tells which files changed in some folders (inotify), for `edgesim test --watch`. Editors write in many
// small steps, so a change is told when the folders have been quiet for a moment.
#pragma once

#include <edge/base/result.h>

#include <map>
#include <optional>
#include <set>
#include <string>

namespace edge::testenv {

// One of a process: while it lives, SIGINT and SIGTERM end wait() instead of the process.
class FileWatch {
public:
    static Result<FileWatch> open();
    FileWatch(FileWatch&& other) noexcept;
    FileWatch& operator=(FileWatch&&) = delete;
    ~FileWatch();

    // From now on also this folder; not what lies in folders below. One that is not there is passed over.
    void follow(const std::string& folder);
    // Waits for a change; the paths, as the folders were named. None: somebody pressed Ctrl-C.
    std::optional<std::set<std::string>> wait();

private:
    FileWatch(int events, int signals)
        : events_(events)
        , signals_(signals) {}
    void take(std::set<std::string>& changed);

    int events_ = -1;  // of inotify
    int signals_ = -1; // a signalfd
    std::map<int, std::string> folders_;
};

} // namespace edge::testenv
