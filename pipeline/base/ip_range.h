// A range of addresses as administrators write it: one address, a-b, or CIDR (platform.md 2.2,
// agents.md 2.1).
#pragma once

#include <edge/base/ip_address.h>

namespace edge {

// first..last, both inside, of one family.
struct IpRange {
    IpAddress first;
    IpAddress last;

    // "192.168.0.1", "192.168.0.1-192.168.0.254", "192.168.0.1/24" (host bits are masked), the same in IPv6.
    static Result<IpRange> parse(std::string_view text);

    bool contains(const IpAddress& address) const { return first <= address && address <= last; }
    bool contains(const IpRange& other) const { return first <= other.first && other.last <= last; }
    bool overlaps(const IpRange& other) const { return first <= other.last && other.first <= last; }
    // Fewer addresses than `other`: the more specific range wins (platform.md 2.2).
    bool narrowerThan(const IpRange& other) const;
    // A single address, else a-b, as Exchange prints it.
    std::string toString() const;

    auto operator<=>(const IpRange&) const = default;
};

} // namespace edge
