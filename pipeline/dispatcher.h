// The dispatcher raises one event: it calls the agents in order, stops at the first terminal act, turns
// exceptions into Exchange's temporary replies, and leaves one Decision for each call. It is the only place
// that calls agents.
#pragma once

#include <edge/dispatch_observer.h>
#include <edge/pipeline_snapshot.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace edge {

// How long agents may take (platform.md 1.7).
struct AgentTimeLimits {
    Duration warnAfter = std::chrono::seconds(90); // only recorded, as Exchange does
    std::optional<Duration> hardLimit;             // ours: a lab may have the call cancelled
};

// What an event came to.
struct EventOutcome {
    Action action = Action::None; // of the call that ended the event
    SmtpResponse response;        // a refusal, or empty: what is quarantined is not refused
    std::string agent;            // who ended it
    bool terminal = false;
    bool disconnect = false;
    std::optional<Duration> defer;

    bool refused() const { return response.isRefusal(); }
};

// One a session (or a message, on the routing side); holds the agent instances.
class Dispatcher {
public:
    Dispatcher(PipelineSnapshotPtr pipeline, SmtpServer& server, DecisionSink& decisions,
               const AgentTimeLimits& limits = {}, DispatchObserver* observer = nullptr);
    ~Dispatcher();

    // Makes the agent instances. An agent that cannot be made is a Fault decision and is left out of this
    // session.
    void createReceiveAgents();

    // Raises a receive event: the handler is named once, its argument types follow.
    //   co_await dispatcher.raise(AgentEvent::OnMailCommand, &SmtpReceiveAgent::onMailCommand, args, step,
    //   nullptr);
    // `args` and `mailItem` outlive the call.
    template <class Source, class Args>
    Task<EventOutcome> raise(AgentEvent event, Task<> (SmtpReceiveAgent::*handler)(Source&, Args&),
                             std::remove_const_t<Args>& args, std::shared_ptr<const StepSnapshot> step,
                             const MailItem* mailItem) {
        return run(event, receiveCall(handler, args), std::move(step), mailItem);
    }
    // Raises a routing event with fresh agent instances for this message.
    template <class Source>
    Task<EventOutcome> raise(AgentEvent event,
                             Task<> (RoutingAgent::*handler)(Source&, const QueuedMessageEventArgs&),
                             const QueuedMessageEventArgs& args, std::shared_ptr<const StepSnapshot> step) {
        return run(event, routingCall(handler, args), std::move(step), &args.mailItem);
    }

    // Records a decision of the server itself (relay, limits, acceptance) in the same stream.
    void recordServerDecision(Decision decision, std::shared_ptr<const StepSnapshot> step);

    // Whether anybody listens: a step snapshot need not be made where nobody does.
    bool handles(AgentEvent event) const { return !pipeline_->order(event).empty(); }

private:
    struct Instance;
    // Calls the handler of one agent; the source is built inside, over `record`.
    using Call = std::function<Task<>(Instance& agent, CallRecord& record)>;

    struct Instance {
        std::unique_ptr<SmtpReceiveAgent> receive;
        std::unique_ptr<RoutingAgent> routing;
        bool broken = false; // could not be made; not tried again
    };

    template <class Source, class Args>
    static Call receiveCall(Task<> (SmtpReceiveAgent::*handler)(Source&, Args&),
                            std::remove_const_t<Args>& args) {
        return [handler, &args](Instance& agent, CallRecord& record) {
            return callReceive(handler, *agent.receive, args, record);
        };
    }
    template <class Source, class Args>
    static Task<> callReceive(Task<> (SmtpReceiveAgent::*handler)(Source&, Args&), SmtpReceiveAgent& agent,
                              std::remove_const_t<Args>& args, CallRecord& record) {
        Source source = makeSource<Source>(record, args);
        co_await (agent.*handler)(source, args);
    }
    // A source that acts on recipients has the message in hand.
    template <class Source, class Args>
    static Source makeSource(CallRecord& record, Args& args) {
        if constexpr (std::is_same_v<Source, ReceiveMessageEventSource>)
            return Source(record, &args.mailItem);
        else
            return Source(record);
    }
    template <class Source>
    static Call routingCall(Task<> (RoutingAgent::*handler)(Source&, const QueuedMessageEventArgs&),
                            const QueuedMessageEventArgs& args) {
        return [handler, &args](Instance& agent, CallRecord& record) {
            return callRouting(handler, *agent.routing, args, record);
        };
    }
    template <class Source>
    static Task<> callRouting(Task<> (RoutingAgent::*handler)(Source&, const QueuedMessageEventArgs&),
                              RoutingAgent& agent, const QueuedMessageEventArgs& args, CallRecord& record) {
        Source source(record);
        co_await (agent.*handler)(source, args);
    }

    Task<EventOutcome> run(AgentEvent event, Call call, std::shared_ptr<const StepSnapshot> step,
                           const MailItem* mailItem);
    Task<CallRecord> callOne(const AgentCall& seen, const Call& call, std::size_t index, Decision& decision);
    void fault(AgentEvent event, Decision& decision, CallRecord& record, const char* what);
    void create(std::size_t index, AgentEvent event, const std::shared_ptr<const StepSnapshot>& step);
    bool usable(std::size_t index, AgentEvent event, const std::shared_ptr<const StepSnapshot>& step);

    PipelineSnapshotPtr pipeline_;
    SmtpServer& server_;
    DecisionSink& decisions_;
    AgentTimeLimits limits_;
    DispatchObserver* observer_;
    std::vector<Instance> instances_;
};

} // namespace edge
