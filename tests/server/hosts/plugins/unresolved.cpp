// Calls a function that is in no library: somebody forgot to link it.
#include <edge/agent.h>

int contosoForgotten();

namespace {

class ForgetfulAgent final : public edge::SmtpReceiveAgent {
public:
    edge::Task<> onConnect(edge::ConnectEventSource& source, const edge::ConnectEventArgs&) override {
        source.addInput("forgotten", std::to_string(contosoForgotten()));
        co_return;
    }
};

} // namespace

EDGE_AGENT_PLUGIN(ForgetfulAgent)
