// What Set-RecipientFilterConfig sets (agents.md 4.1). Both tests are off by default: a fresh Edge accepts
// every recipient of its accepted domains.
#pragma once

#include <edge/agents/mail_scope.h>
#include <edge/mail/routing_address.h>

#include <set>

namespace edge {

class NounSchema;

struct RecipientFilterConfig {
    static constexpr std::size_t kMaxListEntries = 800; // agents.md 4.1; older documents say 100

    MailScope scope;
    bool blockListEnabled = false;
    std::set<RoutingAddress> blockedRecipients; // kept, but unused, while blockListEnabled is false
    bool recipientValidationEnabled = false;
};

// The table behind Get- and Set-RecipientFilterConfig.
const NounSchema& recipientFilterConfigSchema();

} // namespace edge
