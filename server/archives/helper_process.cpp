#include <edge/server/archives/helper_process.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>

extern char** environ;

namespace edge {
namespace {

constexpr const char* kNowhere = "/dev/null";

Error failure(const char* what, int error) {
    return Error{Errc::Unavailable, std::string(what) + ": " + std::strerror(error)};
}

// posix_spawn's two lists, with their ends.
class SpawnPlan {
public:
    explicit SpawnPlan(int socket) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, socket, 0);
        posix_spawn_file_actions_addopen(&actions_, 1, kNowhere, O_WRONLY, 0);
        posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnPlan() {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    int run(pid_t& pid, std::vector<std::string> command) {
        std::vector<char*> arguments;
        for (auto& word : command)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        return posix_spawn(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environ);
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

} // namespace

Result<HelperProcess> HelperProcess::start(const std::vector<std::string>& command) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return failure("no socket for an archive helper", errno);
    OwnedFd ours(ends[0]);
    const OwnedFd theirs(ends[1]);
    if (fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0)
        return failure("no socket for an archive helper", errno);
    SpawnPlan plan(theirs.get());
    pid_t pid = 0;
    if (const int error = plan.run(pid, command); error != 0)
        return failure("no archive helper can be started", error);
    return HelperProcess(pid, std::move(ours));
}

HelperProcess::HelperProcess(pid_t pid, OwnedFd socket)
    : pid_(pid)
    , socket_(std::move(socket)) {}

HelperProcess::HelperProcess(HelperProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0))
    , status_(other.status_)
    , reaped_(other.reaped_)
    , socket_(std::move(other.socket_)) {}

HelperProcess::~HelperProcess() {
    if (pid_ != 0)
        finish();
}

bool HelperProcess::ended() {
    if (!reaped_)
        reaped_ = waitpid(pid_, &status_, WNOHANG) == pid_;
    return reaped_;
}

// One that died of itself a moment ago is a child still: killing it then does nothing, and its own end is
// reported.
std::string HelperProcess::finish() {
    if (!ended()) {
        kill(pid_, SIGKILL);
        while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
        }
    }
    pid_ = 0;
    if (WIFSIGNALED(status_))
        return "signal " + std::to_string(WTERMSIG(status_));
    return "exit code " + std::to_string(WEXITSTATUS(status_));
}

Result<OwnedFd> sealedCopy(std::string_view bytes) {
    OwnedFd file(memfd_create("archive", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file.valid())
        return failure("no memory file for an archive", errno);
    while (!bytes.empty()) {
        const auto written = write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failure("no memory for an archive", errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
        return failure("a memory file cannot be sealed", errno);
    return file;
}

} // namespace edge
