// What server and archive helper say to each other over their socket. The server trusts nothing that comes
// back: a helper that a hostile archive has taken over may say anything, so every length is checked and what
// does not fit is an error. Integers have the machine's form: both ends are the same program on the same
// machine.
#pragma once

#include <edge/archive_lister.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace edge {

// Server to helper: the limits, with the archive as a file descriptor beside it (SCM_RIGHTS). An octet count
// of its own would say nothing: the file knows its size.
struct HelperRequest {
    std::uint64_t maxEntries;
    std::uint64_t maxUnpackedSize;
    std::uint64_t maxArchiveSize;
    std::int64_t maxDepth;
    std::uint64_t cpuSeconds; // the helper ends itself when one request takes longer
};

HelperRequest helperRequest(const ArchiveLimits& limits, std::uint64_t cpuSeconds);
ArchiveLimits limitsOf(const HelperRequest& request);

// Helper to server: the length of what follows, then that many octets. The first answer comes unasked when
// the helper is ready: a sentence about what of its confinement this system does not have, mostly empty.
using AnswerLength = std::uint32_t;

// What an answer may have at most: 10,000 names of ordinary length many times over.
inline constexpr AnswerLength kMaxAnswer = 32U << 20U;

// A listing as octets. One that would be longer than kMaxAnswer loses names and says so in `trouble`.
std::string encodeListing(const ArchiveListing& listing);
// Errors: Malformed.
Result<ArchiveListing> decodeListing(std::string_view bytes);

} // namespace edge
