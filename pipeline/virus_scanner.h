// VirusScanner: is there a virus in these octets? Engines are programs of others, slow and sometimes ill, so
// what comes back is a verdict in every case, and the agent that asks decides what an engine that cannot say
// means for the message (agents.md 11). No agent of this version asks; the seam is there for agents of your
// own.
#pragma once

#include <edge/base/task.h>

#include <string>
#include <string_view>

namespace edge {

enum class ScanOutcome {
    Clean,
    Infected,    // `what` is the name of the virus
    Unscannable, // the engine looked and could not look inside: encrypted, broken, too large; `what` is why
    Unavailable, // the engine did not look: not there, not configured, out of order; `what` is why
};

struct ScanVerdict {
    ScanOutcome outcome = ScanOutcome::Unavailable;
    std::string what;
    bool operator==(const ScanVerdict&) const = default;
};

// Callable from several threads at once.
class VirusScanner {
public:
    virtual ~VirusScanner() = default;
    // `bytes`, a file or a whole message, outlives the call. How long an answer may take is the caller's
    // business; cancellation passes through.
    virtual Task<ScanVerdict> scan(std::string_view bytes) = 0;
};

} // namespace edge
