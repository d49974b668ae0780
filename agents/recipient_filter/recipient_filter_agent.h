// Recipient Filter Agent (agents.md 4): refuses blocked and unknown recipients at RCPT, each on its own, so
// the transaction goes on for the others. It tests the address as earlier agents left it, which is what makes
// address rewriting and validation work together.
#pragma once

#include <edge/agent.h>
#include <edge/agents/recipient_filter/recipient_check.h>

namespace edge {

class RecipientFilterAgent final : public SmtpReceiveAgent {
public:
    explicit RecipientFilterAgent(SmtpServer& server);

    Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) override;

private:
    Task<> lookUp(ReceiveCommandEventSource& source, const RoutingAddress& recipient);

    SmtpServer& server_;
    const RecipientFilterConfig& config_; // of the session's snapshot
};

} // namespace edge
