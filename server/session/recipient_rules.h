// The server's own rules for senders and recipients, after the agents had their say: relaying, reserved
// domains, senders of our own domains (platform.md 2.3, 2.4, 2.7).
#pragma once

#include <edge/config/configuration.h>
#include <edge/mail/routing_address.h>
#include <edge/mail/smtp_response.h>
#include <edge/server/config/receive_connector.h>

#include <optional>
#include <string>

namespace edge {

// A refusal by rule, with the reason for the decision record and the cmdlet that lifts it.
struct RuleRefusal {
    SmtpResponse response;
    std::string reason;
    std::string data;
    std::string remedy;
};

// May this sender be used by a peer with these permissions?
std::optional<RuleRefusal> checkSender(const RoutingAddress& sender, const Permissions& permissions,
                                       const Configuration& configuration);
// May this recipient be reached through this connector? The address is the one agents left.
std::optional<RuleRefusal> checkRecipient(const RoutingAddress& recipient, const ReceiveConnector& connector,
                                          const Permissions& permissions, const Configuration& configuration);

} // namespace edge
