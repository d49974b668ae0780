// Sender Filter Agent (agents.md 3): refuses senders that the administrator listed. It acts on the envelope
// sender only; at OnEndOfHeaders it looks at the header's senders and says what it saw, without acting
// (docs/decisions/0500-sender-filter-at-end-of-headers.md).
#pragma once

#include <edge/agent.h>
#include <edge/agents/sender_filter/blocked_sender.h>

namespace edge {

class SenderFilterAgent final : public SmtpReceiveAgent {
public:
    explicit SenderFilterAgent(SmtpServer& server);

    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) override;
    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override;

private:
    bool examines(EventSource& source, const SmtpSession& session, const RoutingAddress& sender) const;

    const SmtpServer& server_;
    const SenderFilterConfig& config_; // of the session's snapshot
};

} // namespace edge
