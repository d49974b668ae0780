// The agent of design.md 7 as a plug-in; built a second time with another word.
#include <edge/agent.h>

#ifndef EDGE_REFUSED_SUBJECT
#define EDGE_REFUSED_SUBJECT "foo"
#endif

namespace {

using namespace edge;

class NoFooAgent final : public SmtpReceiveAgent {
public:
    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override {
        if (e.headers.get("Subject") == EDGE_REFUSED_SUBJECT)
            source.rejectMessage({550, "5.7.1", "No " EDGE_REFUSED_SUBJECT " here"});
        co_return;
    }
};

} // namespace

EDGE_AGENT_PLUGIN(NoFooAgent)
