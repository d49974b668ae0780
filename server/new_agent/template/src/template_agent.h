// Template Agent: refuses messages whose subject is "foo". Say here what yours is for.
#pragma once

#include <edge/agent.h>

// One object a session, on one thread: its fields belong to the session.
class TemplateAgent final : public edge::SmtpReceiveAgent {
public:
    edge::Task<> onEndOfHeaders(edge::ReceiveMessageEventSource& source,
                                const edge::EndOfHeadersEventArgs& e) override;
};
