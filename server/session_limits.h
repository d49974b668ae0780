// The limits that span sessions (platform.md 2.3): connections in all, per source, opened per minute;
// messages per source and minute. One object for the server, asked by all loops.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/mail/smtp_response.h>
#include <edge/server/config/receive_connector.h>

#include <memory>
#include <string>
#include <variant>

namespace edge {

class SessionLimits {
public:
    // Why a connection or message may not begin now, and which cmdlet lifts that.
    struct Refusal {
        SmtpResponse response;   // 421 4.3.2 ..., 421 4.4.2 ... in the words of the profile
        std::string explanation; // "20 sessions from 192.0.2.1, MaxInboundConnectionPerSource is 20"
        std::string remedy; // Set-ReceiveConnector "Default ..." -MaxInboundConnectionPerSource Unlimited
    };
    // Held by a session for its life; its end frees the place.
    using Ticket = std::shared_ptr<void>;

    SessionLimits();
    ~SessionLimits();

    // `ratePerMinute`: MaxConnectionRatePerMinute of the server, all connectors together.
    std::variant<Ticket, Refusal> open(const ReceiveConnector& connector, ProfileId profile,
                                       int ratePerMinute, const IpAddress& source, SteadyTime now);
    // Asked at MAIL: MessageRateLimit in a sliding minute; empty where the message may begin (and is
    // counted).
    std::optional<Refusal> beginMessage(const ReceiveConnector& connector, ProfileId profile,
                                        const IpAddress& source, SteadyTime now);

private:
    struct State;
    std::shared_ptr<State> state_; // tickets outlive the object
};

} // namespace edge
