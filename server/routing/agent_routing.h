// Binds the routing agents of the pipeline to the categorizer's four events. Each message gets fresh agent
// instances and the pipeline that runs when its first event is raised.
#pragma once

#include <edge/decision.h>
#include <edge/dispatcher.h>
#include <edge/server/routing/routing_dispatcher.h>

#include <functional>
#include <memory>

namespace edge {

class AgentRouting final : public RoutingDispatcher {
public:
    // `pipeline` and `server` give what a message is routed with; all references outlive the object.
    AgentRouting(std::function<PipelineSnapshotPtr()> pipeline,
                 std::function<std::unique_ptr<SmtpServer>()> server, DecisionSink& decisions,
                 DispatchObserver* observer = nullptr);
    ~AgentRouting() override;

    bool isEmpty() const override;
    Task<RoutingVerdict> onSubmitted(MailItem& item) override;
    Task<RoutingVerdict> onResolved(MailItem& item) override;
    Task<RoutingVerdict> onRouted(MailItem& item) override;
    Task<RoutingVerdict> onCategorized(MailItem& item) override;

private:
    struct Message; // the instances of the message in hand

    template <class Source>
    Task<RoutingVerdict> raise(AgentEvent event,
                               Task<> (RoutingAgent::*handler)(Source&, const QueuedMessageEventArgs&),
                               MailItem& item);

    std::function<PipelineSnapshotPtr()> pipeline_;
    std::function<std::unique_ptr<SmtpServer>()> server_;
    DecisionSink& decisions_;
    DispatchObserver* observer_;
    std::unique_ptr<Message> message_;
};

} // namespace edge
