// Connection Filtering Agent (agents.md 2): judges a session by the address it comes from. The lists are
// asked once, when the peer connects; what they say is applied at the stage where Exchange applies it. Where
// the peer is a server of our own, the address stands in the header, and the lists are asked there, for that
// message alone. List providers are asked between the two, when they come.
#pragma once

#include <edge/agent.h>
#include <edge/agents/connection_filter/ip_list_config.h>

#include <optional>

namespace edge {

class ConnectionFilterAgent final : public SmtpReceiveAgent {
public:
    explicit ConnectionFilterAgent(SmtpServer& server);

    Task<> onConnect(ConnectEventSource& source, const ConnectEventArgs& e) override;
    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) override;
    Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) override;
    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override;

private:
    // What the lists have about one address, whatever the switches say; where both are used, the allow list
    // wins.
    struct Findings {
        std::optional<IpListEntry> allowed;
        std::optional<IpListEntry> blocked;
    };

    Findings look(const IpAddress& address) const;
    bool uses(const MailScope& scope, EventSource& source, const char* list, const SmtpSession& session,
              const RoutingAddress& sender) const;
    bool exempts(EventSource& source, const Findings& findings, SmtpSession& session,
                 const RoutingAddress& sender) const;
    bool blocks(EventSource& source, const Findings& findings, const SmtpSession& session,
                const RoutingAddress& sender) const;
    SmtpResponse response(const IpListEntry& entry, const IpAddress& client) const;

    SmtpServer& server_;
    const IpAllowListConfig& allowConfig_; // of the session's snapshot
    const IpBlockListConfig& blockConfig_;
    Findings peer_;             // nothing where the peer is an internal server
    bool peerIsExempt_ = false; // by us, for the whole session
    bool bypassesOnce_ = false; // by us, for the message that is under way
};

} // namespace edge
