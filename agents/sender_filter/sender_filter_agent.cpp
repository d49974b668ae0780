#include <edge/agents/message_notes.h>
#include <edge/agents/reasons.h>
#include <edge/agents/sender_filter/sender_filter_agent.h>
#include <edge/mail/header_text.h>

namespace edge {
namespace {

constexpr std::size_t kMaxHeaderSenders = 10; // per field; an explanation, not a filter: the rest is left out

// Observed; the documentation writes "Denied" (agents.md 3.3).
const SmtpResponse& senderDenied() {
    static const SmtpResponse response{554, "5.1.0", "Sender denied"};
    return response;
}

Because because(const BlockedSenderMatch& match) {
    const bool blank = match.list == SenderList::BlankSender;
    return {blank ? reasons::kBlankSender : reasons::kSenderInBlockList, match.entry};
}

} // namespace

SenderFilterAgent::SenderFilterAgent(SmtpServer& server)
    : server_(server)
    , config_(server.configuration().get<SenderFilterConfig>()) {}

bool SenderFilterAgent::examines(EventSource& source, const SmtpSession& session,
                                 const RoutingAddress& sender) const {
    const auto verdict = scopeVerdict(config_.scope, session, server_, sender);
    if (verdict != ScopeVerdict::Examine)
        source.addInput("Not examined", std::string(toString(verdict)));
    return verdict == ScopeVerdict::Examine;
}

Task<> SenderFilterAgent::onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) {
    if (!examines(source, e.smtpSession, e.fromAddress))
        co_return;
    source.addInput("P1FromAddress", e.fromAddress.toString());
    const auto match = findBlockedSender(config_, e.fromAddress);
    if (!match)
        co_return;
    const bool isSwitch = match->list == SenderList::BlankSender;
    source.addInput(std::string(toString(match->list)), isSwitch ? "True" : match->entry);
    source.addInput("Action", std::string(wordOf(config_.action)));
    if (config_.action == BlockedSenderAction::StampStatus) {
        e.mailItemProperties.set(message_notes::kSenderBlocked, true);
        source.note(because(*match));
        co_return;
    }
    source.rejectCommand(senderDenied(), because(*match));
    source.disconnect(); // agents.md 3.3
}

Task<> SenderFilterAgent::onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) {
    if (!examines(source, e.smtpSession, e.mailItem.fromAddress))
        co_return;
    for (const auto* field : {"From", "Sender"}) {
        for (const auto& text : parseMailAddresses(e.headers.getRaw(field).value_or(""), kMaxHeaderSenders)) {
            const auto address = RoutingAddress::parse(text);
            const auto match = address ? findBlockedSender(config_, *address) : std::nullopt;
            source.addInput(field, match ? text + ": in " + std::string(toString(match->list)) + " (" +
                                               match->entry + "), but only MAIL FROM is filtered"
                                         : text);
        }
    }
}

} // namespace edge
