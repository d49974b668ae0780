// The virus engine of a Lab: it says what the test says, for every scan or for the n-th, at once or after
// virtual time, and can hang for good. Until a test says otherwise it does what the real server's does: there
// is none.
#pragma once

#include <edge/base/clock.h>
#include <edge/virus_scanner.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace edge::testenv {

// What the engine does at one scan.
struct ScriptedScan {
    ScanVerdict verdict;
    Duration after{};   // it takes that long
    bool hangs = false; // it never answers
};

class ScriptedScanner final : public VirusScanner {
public:
    explicit ScriptedScanner(Clock& clock)
        : clock_(clock) {}

    // From the n-th scan on, counted from 1; a later number beats an earlier one.
    void from(std::uint64_t scan, ScriptedScan scripted) { from_[scan] = std::move(scripted); }
    // At the n-th scan only; beats from().
    void at(std::uint64_t scan, ScriptedScan scripted) { at_[scan] = std::move(scripted); }
    // Scans so far.
    std::uint64_t asked() const { return asked_; }

    Task<ScanVerdict> scan(std::string_view bytes) override;

private:
    std::optional<ScriptedScan> scripted(std::uint64_t scan) const;

    Clock& clock_;
    std::map<std::uint64_t, ScriptedScan> from_;
    std::map<std::uint64_t, ScriptedScan> at_;
    std::uint64_t asked_ = 0;
};

} // namespace edge::testenv
