// How full the replay directory is. Consumers take files out whenever they like, so the truth is on the disk:
// it is counted from time to time, and what was published since is added. The same look removes our own files
// that nobody wanted for too long.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/server/queue/admission.h>

#include <cstdint>
#include <optional>
#include <string>

namespace edge {

// What the directory may hold.
struct ReplayLimits {
    std::uint64_t quota = 0; // octets
    std::uint64_t maxFiles = 0;
    std::optional<Duration> retention; // nullopt: files stay
};

class ReplayUsage {
public:
    ReplayUsage(FileSystem& files, Clock& clock, AdmissionGate& gate);

    // Counts anew at the next look.
    void follow(const std::string& directory, const ReplayLimits& limits);
    void addPublished(std::uint64_t bytes);
    // Looks at the directory where that is due, and opens or closes the gate; returns how many files were too
    // old and are gone.
    std::size_t refresh();

    std::uint64_t bytes() const { return bytes_; }
    std::uint64_t fileCount() const { return fileCount_; }

private:
    std::size_t look();
    void judge();
    bool isOver() const { return bytes_ >= limits_.quota || fileCount_ >= limits_.maxFiles; }

    FileSystem& files_;
    Clock& clock_;
    AdmissionGate& gate_;
    std::string directory_;
    ReplayLimits limits_;
    std::uint64_t bytes_ = 0;
    std::uint64_t fileCount_ = 0;
    SteadyTime nextLook_{};
};

// "<InternalId>-<guid>.eml": a name that only we give, so that nobody else's file is ever swept.
bool isReplayFileName(std::string_view name);

} // namespace edge
