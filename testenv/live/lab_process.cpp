#include <edge/server/net/owned_fd.h>
#include <edge/server/net/system_clock.h>
#include <edge/testenv/live/lab_json.h>
#include <edge/testenv/live/lab_process.h>
#include <edge/testenv/live/live_world.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace edge::testenv {
namespace {

// What serve prints last (docs/live-mode.md); a machine that needs longer for it is not fit for tests.
constexpr std::string_view kReady = "Lab on ";
constexpr std::chrono::milliseconds kStartBound = std::chrono::seconds(60);
// From "stop" to its end.
constexpr Duration kStopBound = std::chrono::seconds(10);
constexpr int kRestMilliseconds = 5;

Result<std::string> newFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "edgesim-lab-XXXXXX").string();
    if (!::mkdtemp(path.data()))
        return Error{Errc::Io, "cannot make a folder for the lab: " + std::string(std::strerror(errno))};
    return path;
}

// Reads what the lab prints until it says that it is ready.
bool isReady(int output) {
    std::string printed;
    std::array<char, 512> buffer;
    for (;;) {
        pollfd state{output, POLLIN, 0};
        if (::poll(&state, 1, static_cast<int>(kStartBound.count())) != 1)
            return false;
        const auto got = ::read(output, buffer.data(), buffer.size());
        if (got <= 0)
            return false;
        printed.append(buffer.data(), static_cast<std::size_t>(got));
        const auto line = printed.find(kReady);
        if (line != std::string::npos && printed.find('\n', line) != std::string::npos)
            return true;
    }
}

// Processes that wait for their next scenario.
class IdleLabs {
public:
    std::unique_ptr<LabProcess> take() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty())
            return nullptr;
        auto lab = std::move(idle_.back());
        idle_.pop_back();
        return lab;
    }
    void give(std::unique_ptr<LabProcess> lab) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(lab));
    }

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<LabProcess>> idle_;
};

// Makes a world in that process, which is idle again when the world ends.
std::unique_ptr<ScenarioWorld> worldIn(std::unique_ptr<LabProcess> process,
                                       const std::shared_ptr<IdleLabs>& idle, const Scenario& scenario,
                                       std::uint64_t seed) {
    auto& lab = *process;
    const auto giveBack = [idle](LabProcess* lent) { idle->give(std::unique_ptr<LabProcess>(lent)); };
    std::shared_ptr<void> lease(process.release(), giveBack);
    return makeLiveWorld(lab.controller(), lab.smtp(), scenario, seed, std::move(lease));
}

std::unique_ptr<LabProcess> started(const std::string& program) {
    auto lab = LabProcess::start(program);
    if (!lab)
        throw std::runtime_error(lab.error().message);
    return std::move(*lab);
}

} // namespace

Result<std::unique_ptr<LabProcess>> LabProcess::start(const std::string& program) {
    auto folder = newFolder();
    if (!folder)
        return folder.error();
    std::unique_ptr<LabProcess> lab(new LabProcess(std::move(*folder)));
    if (auto spawned = lab->spawn(program); !spawned)
        return spawned.error();
    if (auto attached = lab->attach(); !attached)
        return attached.error();
    return lab;
}

Result<> LabProcess::spawn(const std::string& program) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return Error{Errc::Unavailable, std::string("no pipe: ") + std::strerror(errno)};
    OwnedFd output(pipe[0]);
    OwnedFd input(pipe[1]);
    std::vector<std::string> words{program,  "serve",           "--lab",    folder_ + "/control",
                                   "--data", folder_ + "/data", "--listen", "127.0.0.1:0",
                                   "--quiet"};
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
    const int error = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        process_ = -1;
        return Error{Errc::Unavailable, "cannot start " + program + ": " + std::strerror(error)};
    }
    input.reset();
    if (!isReady(output.get()))
        return Error{Errc::Unavailable, "the lab's server does not start"};
    return {};
}

Result<> LabProcess::attach() {
    auto controller = LabController::connect(folder_ + "/control");
    if (!controller)
        return controller.error();
    controller_.emplace(std::move(*controller));
    try {
        controller_->ask({{"do", "own"}});
        smtp_ = Endpoint::parse(octetsOf(controller_->ask({{"do", "about"}}).at("smtp")).value()).value();
    } catch (const std::exception& error) {
        return Error{Errc::Unavailable, error.what()};
    }
    return {};
}

LabProcess::~LabProcess() {
    if (!controller_ && process_ > 0)
        ::kill(process_, SIGTERM);
    controller_.reset(); // it is our own, so it stops
    const SystemClock clock;
    for (const auto bound = clock.steadyNow() + kStopBound; process_ > 0;) {
        if (::waitpid(process_, nullptr, WNOHANG) != 0)
            break;
        if (clock.steadyNow() > bound) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
            break;
        }
        ::poll(nullptr, 0, kRestMilliseconds);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

WorldFactory liveWorlds(const std::string& program) {
    const auto idle = std::make_shared<IdleLabs>();
    return [idle, program](const Scenario& scenario, std::uint64_t seed) {
        for (auto lab = idle->take(); lab; lab = idle->take())
            if (lab->controller().tell({{"do", "about"}})) // else it died of its last scenario
                return worldIn(std::move(lab), idle, scenario, seed);
        return worldIn(started(program), idle, scenario, seed);
    };
}

} // namespace edge::testenv
