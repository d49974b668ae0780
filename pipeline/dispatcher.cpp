#include <edge/dispatcher.h>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace edge {
namespace {

constexpr char kForeignException[] = "an exception that is no std::exception";

} // namespace

Dispatcher::Dispatcher(PipelineSnapshotPtr pipeline, SmtpServer& server, DecisionSink& decisions,
                       const AgentTimeLimits& limits, DispatchObserver* observer)
    : pipeline_(std::move(pipeline))
    , server_(server)
    , decisions_(decisions)
    , limits_(limits)
    , observer_(observer)
    , instances_(pipeline_->agents().size()) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::createReceiveAgents() {
    static const auto kBeforeAll = std::make_shared<const StepSnapshot>();
    for (std::size_t index = 0; index < instances_.size(); ++index)
        create(index, AgentEvent::OnConnect, kBeforeAll);
}

// Makes the agent's instance for the kind of event that is raised; one that cannot be made is left out for
// good.
void Dispatcher::create(std::size_t index, AgentEvent event,
                        const std::shared_ptr<const StepSnapshot>& step) {
    auto& instance = instances_[index];
    auto& factory = *pipeline_->agents()[index].factory;
    std::string what;
    try {
        if (info(event).routing)
            instance.routing = factory.createRoutingAgent(server_);
        else
            instance.receive = factory.createReceiveAgent(server_);
        return;
    } catch (const std::exception& error) {
        what = error.what();
    } catch (...) {
        what = kForeignException;
    }
    instance.broken = true;
    Decision decision;
    decision.time = server_.clock().utcNow();
    decision.event = event;
    decision.agent = pipeline_->agents()[index].identity;
    decision.action = Action::Fault;
    decision.reason = "CreateAgentFailed";
    decision.diagnostics = std::move(what);
    decision.effects.push_back({Action::Fault, {}});
    decision.step = step;
    decisions_.record(decision);
}

bool Dispatcher::usable(std::size_t index, AgentEvent event,
                        const std::shared_ptr<const StepSnapshot>& step) {
    auto& instance = instances_[index];
    if (info(event).routing && !instance.routing && !instance.broken)
        create(index, event, step);
    return info(event).routing ? instance.routing != nullptr : instance.receive != nullptr;
}

void Dispatcher::recordServerDecision(Decision decision, std::shared_ptr<const StepSnapshot> step) {
    decision.time = server_.clock().utcNow();
    decision.agent = kServerAgent;
    if (decision.effects.empty() && decision.action != Action::None)
        decision.effects.push_back({decision.action, {}});
    decision.step = std::move(step);
    decisions_.record(decision);
}

// The temporary reply Exchange gives for a broken agent (platform.md 1.7): 451 once DATA has begun, else 421
// and close.
void Dispatcher::fault(AgentEvent event, Decision& decision, CallRecord& record, const char* what) {
    decision.diagnostics = what;
    auto inputs = std::move(record.inputs); // what it looked at before it broke
    record = {};
    record.inputs = std::move(inputs);
    record.action = Action::Fault;
    record.because = {"AgentFault", what};
    record.effects.push_back({Action::Fault, {}});
    if (event == AgentEvent::OnReject || event == AgentEvent::OnDisconnect)
        return; // no reply of ours is due, and every other agent still sees the event
    record.terminal = true;
    if (info(event).routing)
        return; // the categorizer decides what becomes of the message
    record.response = info(event).endsWithMessage ? SmtpResponse::dataTransactionFailed()
                                                  : SmtpResponse::connectionDroppedByAgentError();
    record.disconnect = !info(event).endsWithMessage;
}

Task<CallRecord> Dispatcher::callOne(const AgentCall& seen, const Call& call, std::size_t index,
                                     Decision& decision) {
    const auto event = seen.event;
    auto& clock = server_.clock();
    CallRecord record;
    const auto begin = clock.steadyNow();
    std::exception_ptr cancelled;
    try {
        if (observer_)
            observer_->enterAgent(seen);
        auto handling = call(instances_[index], record);
        if (!limits_.hardLimit) {
            co_await std::move(handling);
        } else {
            const bool finished = co_await clock.within(begin + *limits_.hardLimit, std::move(handling));
            if (!finished)
                fault(event, decision, record, "the agent was stopped at the lab's hard time limit");
        }
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted)
            cancelled = std::current_exception();
        else
            fault(event, decision, record, error.what());
    } catch (const std::exception& error) {
        fault(event, decision, record, error.what());
    } catch (...) {
        fault(event, decision, record, kForeignException);
    }
    const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
    const bool isCancelled = cancellation.cancelled() != boost::asio::cancellation_type::none;
    decision.elapsed = clock.steadyNow() - begin;
    decision.overrun = decision.elapsed > limits_.warnAfter;
    if (cancelled && !isCancelled) { // something of the agent's own was cancelled, not the session
        fault(event, decision, record, "an operation of the agent was cancelled");
        cancelled = nullptr;
    }
    if (cancelled) { // the peer went away, or the server stops: not the agent's fault
        decision.reason = "Cancelled";
        decision.inputs = std::move(record.inputs);
        decision.time = clock.utcNow();
        decisions_.record(decision);
        std::rethrow_exception(cancelled);
    }
    co_return record;
}

Task<EventOutcome> Dispatcher::run(AgentEvent event, Call call, std::shared_ptr<const StepSnapshot> step,
                                   const MailItem* mailItem) {
    EventOutcome outcome;
    for (const auto index : pipeline_->order(event)) {
        if (!usable(index, event, step))
            continue;
        const auto& agent = pipeline_->agents()[index];
        const AgentCall seen{event, agent.identity, *step, mailItem};
        if (observer_)
            co_await observer_->beforeAgent(seen);

        Decision decision;
        decision.event = event;
        decision.agent = agent.identity;
        decision.step = step;
        decision.revisionBefore = mailItem ? mailItem->revision() : 0;
        const auto removedBefore = mailItem ? mailItem->recipients.removed().size() : 0;
        agent.statistics->calls[static_cast<std::size_t>(event)].fetch_add(1, std::memory_order_relaxed);
        auto record = co_await callOne(seen, call, index, decision);

        decision.time = server_.clock().utcNow();
        decision.action = record.action;
        decision.response = record.response;
        decision.reason = std::move(record.because.reason);
        decision.reasonData = std::move(record.because.data);
        decision.inputs = std::move(record.inputs);
        decision.effects = std::move(record.effects);
        if (!record.diagnostics.empty())
            decision.diagnostics = std::move(record.diagnostics);
        decision.revision = mailItem ? mailItem->revision() : 0;
        if (mailItem && mailItem->recipients.removed().size() > removedBefore) {
            Effect removal{Action::DeleteRecipients, {}};
            for (auto i = removedBefore; i < mailItem->recipients.removed().size(); ++i)
                removal.targets.push_back(mailItem->recipients.removed()[i].toString());
            decision.effects.push_back(std::move(removal));
            if (decision.action == Action::None)
                decision.action = Action::DeleteRecipients;
            if (decision.reason.empty())
                decision.reason = Because{}.reason;
        }
        decisions_.record(decision);
        if (observer_)
            observer_->afterAgent(seen, decision);

        if (record.terminal) {
            const bool quarantined = record.action == Action::QuarantineMessage;
            outcome = {record.action,     quarantined ? SmtpResponse{} : record.response,
                       agent.identity,    true,
                       record.disconnect, record.defer};
            break;
        }
    }
    co_return outcome;
}

} // namespace edge
