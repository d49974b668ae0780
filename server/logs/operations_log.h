// The operations log: what an administrator of the simulator wants to know of the server itself (started,
// limits, faults, slow agents), in <data>/Logs/edgesim.log, warnings also on standard error. It says what
// Exchange would write to the event log, in its words where they are known (platform.md 1.7). spdlog does the
// work and stays behind this header.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/profile.h>
#include <edge/base/result.h>
#include <edge/decision.h>
#include <edge/server/logs/write_behind.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace edge {

enum class LogLevel { Info, Warning, Error };
std::string_view toString(LogLevel level);

// The file is renamed to edgesim.1.log ... and begun anew at this size; the oldest of these many goes.
inline constexpr std::size_t kOperationsLogFileBytes = 10 * 1024 * 1024;
inline constexpr std::size_t kOperationsLogOldFiles = 5;

class OperationsLog final : public DecisionSink {
public:
    struct Options {
        std::string path;                                   // of the file; empty: no file
        bool warningsToStandardError = true;                // warnings and errors
        Writing writing = Writing::OwnThread;               // a slow disk or terminal holds up nobody
        ProfileId profile = kDefaultProfile;                // words of event 1050
        Duration agentTimeLimit = std::chrono::seconds(90); // the one decisions were measured against
        // Gets every line as well: tests, the Lab, the console. Called where the line is written.
        std::function<void(LogLevel, const std::string& message)> reader = {};
    };

    // Fails where the file cannot be opened.
    static Result<std::unique_ptr<OperationsLog>> open(const Clock& clock, const Options& options);
    ~OperationsLog() override;

    void info(std::string_view message) { write(LogLevel::Info, message); }
    void warning(std::string_view message) { write(LogLevel::Warning, message); }
    void error(std::string_view message) { write(LogLevel::Error, message); }

    // Writes a warning for an overrun of the agent time limit and for a fault; everything else is the agent
    // log's.
    void record(const Decision& decision) override;
    // For the decisions to come.
    void configure(ProfileId profile, Duration agentTimeLimit);
    // Returns when everything written before has left the program.
    void flush();
    // Lines that could not be written, since the start.
    std::uint64_t lostLines() const;

private:
    class Writer;
    OperationsLog(const Clock& clock, const Options& options, std::unique_ptr<Writer> writer);
    void write(LogLevel level, std::string_view message);

    const Clock& clock_;
    std::atomic<ProfileId> profile_;
    std::atomic<Duration> agentTimeLimit_;
    std::unique_ptr<Writer> writer_;
};

// The text of event 1050 for an agent that overran its time, in the words of that version (platform.md 1.7).
std::string overrunText(const Decision& decision, ProfileId profile, Duration limit);
// What an agent threw, where, and what the client was told.
std::string faultText(const Decision& decision);

} // namespace edge
