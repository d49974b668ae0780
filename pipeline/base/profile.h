// A profile is a version of Exchange. Everything in which versions differ stands in one table of this one struct, so
// that "what changed in 2013?" is a question one can read the answer to (platform.md 2, agents.md 1.7).
#pragma once

#include <edge/base/result.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace edge {

enum class ProfileId { E2007, E2010, E2013, E2016, E2019, SE };

// The words behind "250 2.6.0 <message-id>" (platform.md 2.6).
enum class QueuedReplyForm {
    Plain,              // Queued mail for delivery
    InternalId,         // [InternalId=n] Queued ...
    InternalIdHostname, // [InternalId=n, Hostname=h] Queued ...
    WithRate,           // [InternalId=n, Hostname=h] b bytes in s, r KB/sec Queued ...
};

struct Profile {
    ProfileId id;
    std::string_view name;       // "2007" ... "2019", "SE": what Set-EdgeSimProfile takes
    std::string_view build;      // in Received: "id 15.2.1748.10" (platform.md 2.9)
    std::string_view adminBuild; // as Get-TransportServer prints it: "Version 15.2 (Build 1748.10)"
    std::string_view createdBy;  // X-CreatedBy of replay files (platform.md 4.4)
    std::string_view logVersion; // #Version of protocol and agent log (platform.md 6.1)
    QueuedReplyForm queuedReply;
    std::span<const std::string_view> extraKeywords; // behind CHUNKING in EHLO (platform.md 2.5)
    std::uint64_t maxMessageSize;                    // octets
    std::uint64_t maxHeaderSize;                     // octets
    int maxHopCount;
    int maxLocalHopCount;
    int maxInboundConnectionPerSource;
    bool numberedRefusals;  // 5.7.54, 5.7.57, 5.7.60 texts with "SMTP;" (platform.md 2.7)
    bool networkMessageId;  // X-MS-Exchange-Organization-Network-Message-Id and the agent log's last fields
    bool hourlyProtocolLog; // file names carry the UTC hour (platform.md 6.1)
    bool ehloOnOneLogLine;  // platform.md 6.2
    bool edgeLogFolders;    // Logs/Edge/... instead of Logs/... (platform.md 6.1)
    int agentLogMaxAgeDays; // agents.md 13.1
    bool serviceNoun;       // Get-TransportService beside Get-TransportServer
    bool extendedEvents;    // OnStartTlsCommand, OnProcessAuthentication ... are listed (platform.md 1.2)
    bool categorizedEvent;  // OnCategorizedMessage (2010 on)
};

// All profiles, oldest first.
std::span<const Profile> profiles();
const Profile& profile(ProfileId id);
// By name, "Exchange2019" and "E2019" too. InvalidArgument names the ones there are.
Result<ProfileId> findProfile(std::string_view name);

inline constexpr ProfileId kDefaultProfile = ProfileId::E2019; // best documented

} // namespace edge
