// Organization-wide transport settings (Set-TransportConfig) as far as the receive side reads them.
#pragma once

#include <edge/base/ip_range.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace edge {

class NounSchema;

struct TransportConfig {
    // Servers of our own in front of this one: ignored by Sender ID and connection filtering (agents.md 2.1),
    // skipped when LastExternalIPAddress is sought (platform.md 1.6).
    std::vector<IpRange> internalSmtpServers;
    // Organization limits; nullopt: unlimited, the connector's limit alone counts.
    std::optional<std::uint64_t> maxReceiveSize; // octets
    std::optional<int> maxRecipientEnvelopeLimit;
};

// The table of Get- and Set-TransportConfig.
const NounSchema& transportConfigSchema();

} // namespace edge
