// May a new message begin? Each part that can run full or break down keeps its own switch here, and MAIL
// reads them all in one load, so that a client is refused before it sends megabytes that nobody can keep.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace edge {

// Why not, most serious first.
enum class AdmissionReason {
    Stopped,        // a sync failed: nothing is safe until somebody has looked
    DiskFull,       // no space, or less than what must stay free for the queue's own work
    ReplayDiskFull, // the replay directory's volume has no space
    QueueLength,    // too many entries wait
    QueueSize,      // too many octets wait
    ReplayQuota,    // the replay directory holds too many octets
    ReplayFiles,    // the replay directory holds too many files
    Count,
};

// The answer to "may MAIL be accepted now?".
struct Admission {
    bool accepted = true;
    AdmissionReason reason = AdmissionReason::Count;
    std::string explanation; // for the decision record: what was measured, what the limit is
    std::string remedy;      // the cmdlet that lifts it, or what passes by itself
};

// Callable from every thread.
class AdmissionGate {
public:
    // Closes the gate for that reason, or renews the explanation; true where it was open for it before.
    bool refuse(AdmissionReason reason, std::string explanation);
    // Opens it again for that reason; true where it was closed for it.
    bool allow(AdmissionReason reason);
    bool refuses(AdmissionReason reason) const;
    // The most serious reason, where there is any.
    Admission check() const;

private:
    static constexpr std::size_t kReasons = static_cast<std::size_t>(AdmissionReason::Count);

    std::atomic<std::uint32_t> closed_{0}; // one bit a reason
    mutable std::mutex mutex_;
    std::array<std::string, kReasons> explanations_;
};

} // namespace edge
