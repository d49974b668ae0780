#include <edge/base/file_system.h>
#include <edge/testenv/scenario/file_watch.h>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace edge::testenv {
namespace {

constexpr int kQuiet = 50; // milliseconds without a change: the editor is done
constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR;

sigset_t endSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

Result<FileWatch> FileWatch::open() {
    const int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (events < 0)
        return Error{Errc::Unavailable, std::string("files cannot be watched: ") + std::strerror(errno)};
    const auto signals = endSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return FileWatch(events, signalfd(-1, &signals, SFD_CLOEXEC));
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : events_(std::exchange(other.events_, -1))
    , signals_(std::exchange(other.signals_, -1))
    , folders_(std::move(other.folders_)) {}

FileWatch::~FileWatch() {
    if (events_ < 0)
        return;
    close(events_);
    close(signals_);
    const auto signals = endSignals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void FileWatch::follow(const std::string& folder) {
    const int id = inotify_add_watch(events_, folder.c_str(), kChanges);
    if (id >= 0)
        folders_[id] = folder; // the same number for a folder that is followed already
}

void FileWatch::take(std::set<std::string>& changed) {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
    for (ssize_t size = 0; (size = read(events_, buffer.data(), buffer.size())) > 0;) {
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof(event));
            const auto folder = folders_.find(event.wd);
            if (event.len > 0 && folder != folders_.end())
                changed.insert(joinPath(folder->second, buffer.data() + at + sizeof(event)));
            at += sizeof(event) + event.len;
        }
    }
}

std::optional<std::set<std::string>> FileWatch::wait() {
    std::set<std::string> changed;
    std::array<pollfd, 2> waiting{{{events_, POLLIN, 0}, {signals_, POLLIN, 0}}};
    for (;;) {
        const int ready = poll(waiting.data(), waiting.size(), changed.empty() ? -1 : kQuiet);
        if (ready == 0)
            return changed;
        if (ready < 0 && errno != EINTR)
            return std::nullopt;
        if (ready > 0 && waiting[1].revents != 0) {
            signalfd_siginfo taken{}; // or it would end the process once it is no longer blocked
            [[maybe_unused]] const auto size = read(signals_, &taken, sizeof(taken));
            return std::nullopt;
        }
        if (ready > 0)
            take(changed);
    }
}

} // namespace edge::testenv
