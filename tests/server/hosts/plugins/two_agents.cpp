// A receive agent with a factory that keeps count of its sessions, and a routing agent, in one library.
#include <edge/agent.h>

namespace contoso {

using namespace edge;

class CountingAgent final : public SmtpReceiveAgent {
public:
    explicit CountingAgent(Shared<int>& sessions)
        : number_(sessions.with([](int& count) { return ++count; })) {}
    Task<> onHelpCommand(ReceiveCommandEventSource& source, const HelpCommandEventArgs&) override {
        source.rejectCommand({550, "5.7.1", "session " + std::to_string(number_)});
        co_return;
    }

private:
    const int number_;
};

class CountingFactory final : public AgentFactory {
public:
    EventSet events() const override { return handledEvents<CountingAgent>(); }
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer&) override {
        return std::make_unique<CountingAgent>(sessions_);
    }

private:
    Shared<int> sessions_{0};
};

class StampAgent final : public RoutingAgent {
public:
    Task<> onSubmittedMessage(QueuedMessageEventSource&, const QueuedMessageEventArgs& e) override {
        e.mailItem.headers.append("X-Contoso", "was here");
        co_return;
    }
};

} // namespace contoso

EDGE_AGENT_PLUGIN(contoso::CountingFactory, contoso::StampAgent)
