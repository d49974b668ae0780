// `edgesim serve --lab` as a process of its own: how the runner gets a server that shares nothing with it but
// two sockets. A process serves one scenario after the other, each with a server that is new; one that dies
// takes its scenario with it, and the next gets another.
#pragma once

#include <edge/base/result.h>
#include <edge/testenv/live/lab_controller.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

namespace edge::testenv {

class LabProcess {
public:
    // Starts `program` ("/proc/self/exe") and waits until it listens. It ends when this object does, or when
    // this process does.
    static Result<std::unique_ptr<LabProcess>> start(const std::string& program);
    ~LabProcess();
    LabProcess(const LabProcess&) = delete;
    LabProcess& operator=(const LabProcess&) = delete;

    LabController& controller() { return *controller_; }
    const Endpoint& smtp() const { return smtp_; }

private:
    explicit LabProcess(std::string folder)
        : folder_(std::move(folder)) {}
    Result<> spawn(const std::string& program);
    Result<> attach();

    const std::string folder_; // its socket and its data
    pid_t process_ = -1;
    std::optional<LabController> controller_;
    Endpoint smtp_;
};

// Worlds in such processes: as many as there are worlds at a time. Callable from every thread.
WorldFactory liveWorlds(const std::string& program);

} // namespace edge::testenv
