#include <edge/event_args.h>
#include <edge/event_sources.h>

#include <algorithm>
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

bool ReceiveMessageEventSource::isEverybody(const std::vector<RoutingAddress>& recipients) const {
    return recipients.empty() ||
           (item_ && std::all_of(item_->recipients.begin(), item_->recipients.end(), [&](const auto& one) {
                return std::find(recipients.begin(), recipients.end(), one.address) != recipients.end();
            }));
}

std::vector<EnvelopeRecipient>
ReceiveMessageEventSource::takeOut(const std::vector<RoutingAddress>& recipients) {
    return item_ ? item_->recipients.takeOut(recipients) : std::vector<EnvelopeRecipient>{};
}

// An act on some recipients: the event goes on for the others.
void ReceiveMessageEventSource::actOn(const std::vector<RoutingAddress>& recipients, Action action,
                                      SmtpResponse response, Because because) {
    std::vector<std::string> targets;
    for (const auto& recipient : recipients)
        targets.push_back(recipient.toString());
    record_.effects.push_back({action, std::move(targets)});
    if (record_.terminal)
        return;
    record_.action = action;
    record_.response = std::move(response);
    record_.because = std::move(because);
}

void ReceiveMessageEventSource::quarantine(const std::vector<RoutingAddress>& recipients,
                                           std::string quarantineReason, Because because) {
    const bool alreadyOver = record_.terminal;
    const bool everybody = isEverybody(recipients);
    // agents.md 6.4: what the log and the delivery report say; the client never sees it.
    const SmtpResponse diagnostic{550, "5.2.1", std::move(quarantineReason)};
    if (everybody)
        end(Action::QuarantineMessage, diagnostic, std::move(because));
    else
        actOn(recipients, Action::QuarantineRecipients, diagnostic, std::move(because));
    if (item_ && !alreadyOver)
        item_->quarantined.push_back(
            {everybody ? item_->recipients.takeOutAll() : takeOut(recipients), diagnostic});
}

void ReceiveMessageEventSource::rejectRecipients(const std::vector<RoutingAddress>& recipients,
                                                 SmtpResponse response, Because because) {
    requireRefusal(response);
    actOn(recipients, Action::RejectRecipients, std::move(response), std::move(because));
    takeOut(recipients);
}

void ReceiveMessageEventSource::deleteRecipients(const std::vector<RoutingAddress>& recipients,
                                                 Because because) {
    actOn(recipients, Action::DeleteRecipients, {}, std::move(because));
    takeOut(recipients);
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
