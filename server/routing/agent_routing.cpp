#include <edge/server/routing/agent_routing.h>

#include <array>

namespace edge {
namespace {

constexpr std::array kRoutingEvents{AgentEvent::OnSubmittedMessage, AgentEvent::OnResolvedMessage,
                                    AgentEvent::OnRoutedMessage, AgentEvent::OnCategorizedMessage};

std::shared_ptr<const StepSnapshot> snapshotOf(const MailItem& item) {
    auto step = std::make_shared<StepSnapshot>();
    step->heloDomain = item.heloDomain;
    step->p1FromAddress = item.fromAddress.toString();
    step->messageId = item.headers.get("Message-ID").value_or("");
    step->networkMessageId = item.networkMessageId;
    if (const auto address = IpAddress::parse(item.sourceIpAddress))
        step->remoteEndpoint.address = step->enteredOrgFromIp = *address;
    for (const auto& recipient : item.recipients)
        step->recipients.push_back(recipient.address.toString());
    return step;
}

RoutingVerdict verdictOf(const EventOutcome& outcome) {
    if (outcome.action == Action::Fault)
        return {RoutingVerdict::Act::Fault, {}, "\"" + outcome.agent + "\" failed"};
    if (outcome.defer)
        return {RoutingVerdict::Act::Defer, *outcome.defer, "deferred by \"" + outcome.agent + "\""};
    if (outcome.action == Action::DeleteMessage)
        return {RoutingVerdict::Act::Delete, {}, "deleted by \"" + outcome.agent + "\""};
    return {};
}

} // namespace

struct AgentRouting::Message {
    std::unique_ptr<SmtpServer> server;
    Dispatcher dispatcher;

    Message(PipelineSnapshotPtr pipeline, std::unique_ptr<SmtpServer> smtpServer, DecisionSink& decisions,
            DispatchObserver* observer)
        : server(std::move(smtpServer))
        , dispatcher(std::move(pipeline), *server, decisions, {}, observer) {}
};

AgentRouting::AgentRouting(std::function<PipelineSnapshotPtr()> pipeline,
                           std::function<std::unique_ptr<SmtpServer>()> server, DecisionSink& decisions,
                           DispatchObserver* observer)
    : pipeline_(std::move(pipeline))
    , server_(std::move(server))
    , decisions_(decisions)
    , observer_(observer) {}

AgentRouting::~AgentRouting() = default;

bool AgentRouting::isEmpty() const {
    const auto pipeline = pipeline_();
    for (const auto event : kRoutingEvents)
        if (!pipeline->order(event).empty())
            return false;
    return true;
}

template <class Source>
Task<RoutingVerdict>
AgentRouting::raise(AgentEvent event, Task<> (RoutingAgent::*handler)(Source&, const QueuedMessageEventArgs&),
                    MailItem& item) {
    const QueuedMessageEventArgs args{item};
    auto raising = message_->dispatcher.raise(event, handler, args, snapshotOf(item));
    const auto outcome = co_await std::move(raising);
    co_return verdictOf(outcome);
}

Task<RoutingVerdict> AgentRouting::onSubmitted(MailItem& item) {
    message_ = std::make_unique<Message>(pipeline_(), server_(), decisions_, observer_);
    return raise(AgentEvent::OnSubmittedMessage, &RoutingAgent::onSubmittedMessage, item);
}

Task<RoutingVerdict> AgentRouting::onResolved(MailItem& item) {
    return raise(AgentEvent::OnResolvedMessage, &RoutingAgent::onResolvedMessage, item);
}

Task<RoutingVerdict> AgentRouting::onRouted(MailItem& item) {
    return raise(AgentEvent::OnRoutedMessage, &RoutingAgent::onRoutedMessage, item);
}

Task<RoutingVerdict> AgentRouting::onCategorized(MailItem& item) {
    return raise(AgentEvent::OnCategorizedMessage, &RoutingAgent::onCategorizedMessage, item);
}

} // namespace edge
