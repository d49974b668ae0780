// The headers the server itself writes on accepted mail: Received, the organization headers, and what a
// careless sender left out (platform.md 2.9, agents.md 12.1).
#pragma once

#include <edge/base/clock.h>
#include <edge/base/guid.h>
#include <edge/base/ip_address.h>
#include <edge/base/profile.h>
#include <edge/mail/header_list.h>

#include <string>

namespace edge {

struct ReceivedFacts {
    std::string heloDomain;
    IpAddress client;
    std::string fqdn; // of the connector
    IpAddress local;  // ExternalIPAddress of the server where set
    ProfileId profile = kDefaultProfile;
    UtcTime when{};
    std::chrono::minutes utcOffset{};
};

// "from mail.example.net (203.0.113.7) by edge1.contoso.com (192.0.2.25) with Microsoft SMTP Server
// id 15.2.1544.4; <date>".
std::string receivedValue(const ReceivedFacts& facts);

// Received fields in all, and those that name `fqdn` behind "by" (MaxHopCount, MaxLocalHopCount).
struct HopCount {
    int all = 0;
    int local = 0;
};
HopCount countHops(const HeaderList& headers, std::string_view fqdn);

// Adds Message-ID ("<guid@fqdn>") and Date where they are missing (platform.md 2.9).
void addMissingHeaders(HeaderList& headers, const Guid& guid, std::string_view fqdn, UtcTime when,
                       std::chrono::minutes utcOffset);

inline constexpr std::string_view kNetworkMessageIdHeader = "X-MS-Exchange-Organization-Network-Message-Id";
inline constexpr std::string_view kAuthSourceHeader = "X-MS-Exchange-Organization-AuthSource";
inline constexpr std::string_view kAuthAsHeader = "X-MS-Exchange-Organization-AuthAs";

} // namespace edge
