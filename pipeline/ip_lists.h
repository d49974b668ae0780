// The static IP Allow and Block lists (agents.md 2.1) as agents see them. They live beside the configuration
// and not in it, because a list of a million ranges is no script to be rewritten at each change; looked up in
// memory, so a session asks without waiting.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_range.h>
#include <edge/base/result.h>

#include <cstdint>
#include <optional>
#include <string>

namespace edge {

enum class IpListKind { Allow, Block };

// One entry of a list.
struct IpListEntry {
    std::int64_t identity = 0; // one ascending counter for both lists
    IpRange range;
    std::string comment;
    std::optional<UtcTime> expirationTime; // none: never
    bool isMachineGenerated = false;       // made by sender reputation

    // Past its time an entry is listed still, and matches nothing any more.
    bool hasExpired(UtcTime now) const { return expirationTime && *expirationTime <= now; }
};

// Thread-safe.
class IpLists {
public:
    virtual ~IpLists() = default;
    // The entry in force that contains `address`: the narrowest, of equal ones the oldest.
    virtual std::optional<IpListEntry> find(IpListKind list, const IpAddress& address, UtcTime now) const = 0;
    // Puts a machine-generated entry on the block list, as sender reputation does (agents.md 7.3).
    virtual Result<> block(const IpRange& range, std::string comment, UtcTime expirationTime) = 0;
};

} // namespace edge
