#include <edge/event_args.h>
#include <edge/event_sources.h>

#include <array>
#include <stdexcept>

namespace edge {

std::string_view toString(DisconnectReason reason) {
    static constexpr std::array<std::string_view, 7> kWords{
        "None", "QuitVerb", "Timeout", "SenderDisconnected", "TooManyErrors", "DroppedSession", "Local"};
    return kWords[static_cast<std::size_t>(reason)];
}

void EventSource::addInput(std::string what, std::string value) {
    record_.inputs.push_back({std::move(what), std::move(value)});
}

void EventSource::end(Action action, SmtpResponse response, Because because,
                      std::vector<std::string> targets) {
    record_.effects.push_back({action, std::move(targets)});
    if (record_.terminal)
        return;
    record_.terminal = true;
    record_.action = action;
    record_.response = std::move(response);
    record_.because = std::move(because);
}

void EventSource::requireRefusal(const SmtpResponse& response) {
    if (!response.isRefusal())
        throw std::invalid_argument("a refusal needs a 4xx or 5xx response, not \"" + response.toString() +
                                    "\"");
}

void ReceiveEventSource::disconnect(Because because) {
    record_.disconnect = true;
    if (record_.terminal)
        record_.effects.push_back({Action::Disconnect, {}});
    else
        end(Action::Disconnect, {}, std::move(because));
}

void ConnectEventSource::rejectConnection(SmtpResponse response, Because because) {
    requireRefusal(response);
    end(Action::RejectConnection, std::move(response), std::move(because));
    record_.disconnect = true;
}

void ReceiveCommandEventSource::rejectCommand(SmtpResponse response, Because because) {
    requireRefusal(response);
    end(Action::RejectCommand, std::move(response), std::move(because));
}

void EndOfAuthenticationEventSource::rejectAuthentication(SmtpResponse response, Because because) {
    requireRefusal(response);
    end(Action::RejectAuthentication, std::move(response), std::move(because));
}

void ReceiveMessageEventSource::rejectMessage(SmtpResponse response, Because because) {
    requireRefusal(response);
    end(Action::RejectMessage, std::move(response), std::move(because));
}

void ReceiveMessageEventSource::discardMessage(Because because) {
    end(Action::DeleteMessage, {}, std::move(because));
}

void ReceiveMessageEventSource::quarantine(std::vector<RoutingAddress> recipients,
                                           std::string quarantineReason, Because because) {
    std::vector<std::string> targets;
    for (const auto& recipient : recipients)
        targets.push_back(recipient.toString());
    const auto action = targets.empty() ? Action::QuarantineMessage : Action::QuarantineRecipients;
    end(action, {}, std::move(because), std::move(targets));
    record_.diagnostics = std::move(quarantineReason);
}

void ReceiveMessageEventSource::acceptMessage(Because because) {
    record_.effects.push_back({Action::AcceptMessage, {}});
    if (record_.terminal)
        return;
    record_.action = Action::AcceptMessage;
    record_.because = std::move(because);
}

void QueuedMessageEventSource::defer(Duration delay, Because because) {
    end(Action::None, {}, std::move(because));
    record_.defer = delay;
}

void QueuedMessageEventSource::deleteMessage(Because because) {
    end(Action::DeleteMessage, {}, std::move(because));
}

} // namespace edge
