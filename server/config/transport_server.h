// Settings of this server (Set-TransportServer, Set-TransportService): names, rates, directories, logs
// (platform.md 2.3, 4.1, 6).
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/base/profile.h>

#include <cstdint>
#include <optional>
#include <string>

namespace edge {

class NounSchema;

// One log's folder and bounds; an empty path switches the log off, age zero means never by age
// (platform.md 6.1).
struct LogSettings {
    bool enabled = true;
    std::string path;                                   // relative: below the data directory
    std::uint64_t maxFileSize = 10 * 1024 * 1024;       // octets
    std::uint64_t maxDirectorySize = 250 * 1024 * 1024; // octets
    Duration maxAge = std::chrono::hours(30 * 24);
};

struct TransportServer {
    std::string name;                           // NetBIOS name: "EDGE01"
    std::string fqdn;                           // "edge01.adventureworks.com"
    std::optional<IpAddress> externalIpAddress; // replaces the local address in Received
    int maxConnectionRatePerMinute = 1200;
    LogSettings agentLog;
    LogSettings receiveProtocolLog;
    // Changes of agents wait for Restart-Service, as in Exchange (agents.md 1.1); ours are in force at once.
    bool agentChangesNeedRestart = false;
};

// The defaults of an Edge server of that version, named as the lab of platform.md 7 names it.
TransportServer defaultTransportServer(ProfileId profile);
inline constexpr const char* kDefaultServerName = "EDGE01";

// The table of Get- and Set-TransportServer (…TransportService).
const NounSchema& transportServerSchema();

// Where accepted mail is published (Set-EdgeSimSubmission; ours).
struct EdgeSimSubmission {
    std::string replayDirectory = "Replay"; // relative: below the data directory
    std::uint64_t replayQuota =
        1024ULL * 1024 * 1024; // octets of published files; MAIL is answered 452 above it
    std::optional<Duration> replayRetention =
        std::chrono::hours(30 * 24); // older files are removed; nullopt: never
    std::uint64_t replayMaxFiles = 1'000'000;
};

// The table of Get- and Set-EdgeSimSubmission.
const NounSchema& edgeSimSubmissionSchema();

} // namespace edge
