#include <edge/agents/reasons.h>
#include <edge/agents/recipient_filter/recipient_filter_agent.h>

namespace edge {
namespace {

// The same for blocked and for unknown recipients, so that a prober cannot tell them apart (agents.md 4.3).
const SmtpResponse& userUnknown() {
    static const SmtpResponse response{550, "5.1.1", "User unknown"};
    return response;
}

// Ours: the directory did not answer (docs/decisions/0502-directory-failure-is-temporary.md).
const SmtpResponse& lookupFailed() {
    static const SmtpResponse response{451, "4.3.0", "Recipient could not be looked up, try again later"};
    return response;
}

} // namespace

RecipientFilterAgent::RecipientFilterAgent(SmtpServer& server)
    : server_(server)
    , config_(server.configuration().get<RecipientFilterConfig>()) {}

Task<> RecipientFilterAgent::onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) {
    const auto scope = scopeVerdict(config_.scope, e.smtpSession, server_, e.mailItem.fromAddress);
    if (scope != ScopeVerdict::Examine) {
        source.addInput("Not examined", std::string(toString(scope)));
        co_return;
    }
    const auto& recipient = e.recipientAddress;
    source.addInput("Recipient", recipient.toString());
    const auto* domain = server_.findAcceptedDomain(recipient.domainPart());
    const auto check = examineRecipient(config_, recipient, domain);
    if (check == RecipientCheck::Blocked) {
        source.addInput("BlockedRecipients", config_.blockedRecipients.find(recipient)->toString());
        source.rejectCommand(userUnknown(), {reasons::kRecipientInBlockList, recipient.toString()});
        co_return;
    }
    if (domain)
        source.addInput("Accepted domain", domain->domainName);
    if (check == RecipientCheck::LookUp)
        co_await lookUp(source, recipient);
    else
        source.addInput("Not looked up", std::string(toString(check)));
}

Task<> RecipientFilterAgent::lookUp(ReceiveCommandEventSource& source, const RoutingAddress& recipient) {
    auto question = server_.addressBook().find(recipient);
    const auto found = co_await std::move(question);
    if (!found) {
        source.addInput("Directory", found.error().message);
        source.setDiagnostics(found.error().message);
        source.rejectCommand(lookupFailed(), {reasons::kRecipientLookupFailed, recipient.toString()});
        co_return;
    }
    // EdgeSync leaves out recipients that take no mail from outside: on an Edge server they do not exist
    // (platform.md 3.4).
    const bool exists = *found && !(*found)->requireSenderAuthentication;
    const auto answer = !*found  ? std::string("no such recipient")
                        : exists ? (*found)->primarySmtpAddress.toString()
                                 : "takes no mail from outside";
    source.addInput("Directory", answer);
    if (!exists)
        source.rejectCommand(userUnknown(), {reasons::kRecipientDoesNotExist, recipient.toString()});
}

} // namespace edge
