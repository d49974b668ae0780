// The driver's second half: content, acceptance, refusals. The 250 and the 5xx are both written here and
// nowhere else.
#include <edge/agents/content_filter/content_filter_config.h>
#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/transport_config.h>
#include <edge/mail/header_text.h>
#include <edge/mail/originating_ip.h>
#include <edge/server/session/header_firewall.h>
#include <edge/server/session/quarantine_report.h>
#include <edge/server/session/raise.h>
#include <edge/server/session/trace_headers.h>
#include <edge/server/smtp/replies.h>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace edge {
namespace {

using smtp::Reply;

constexpr std::size_t kMaxMessageIdInReply = 255; // the reply line stays below RFC 5321 4.5.3.1.5's 512

// Which event a command that the parser refused would have raised; OnReject itself where it has none.
AgentEvent eventOfCommand(std::string_view command) {
    struct Row {
        std::string_view verb;
        AgentEvent event;
    };
    static constexpr Row kRows[] = {
        {"HELO", AgentEvent::OnHeloCommand},         {"EHLO", AgentEvent::OnEhloCommand},
        {"STARTTLS", AgentEvent::OnStartTlsCommand}, {"AUTH", AgentEvent::OnAuthCommand},
        {"MAIL", AgentEvent::OnMailCommand},         {"RCPT", AgentEvent::OnRcptCommand},
        {"DATA", AgentEvent::OnDataCommand},         {"BDAT", AgentEvent::OnDataCommand},
        {"RSET", AgentEvent::OnRsetCommand},         {"NOOP", AgentEvent::OnNoopCommand},
        {"HELP", AgentEvent::OnHelpCommand},
    };
    const auto verb = command.substr(0, command.find(' '));
    for (const auto& row : kRows)
        if (iequals(row.verb, verb))
            return row.event;
    return AgentEvent::OnReject;
}

std::string_view reasonWord(smtp::ParsingStatus status) {
    switch (status) {
    case smtp::ParsingStatus::LimitExceeded:
        return "LimitExceeded";
    case smtp::ParsingStatus::NotImplemented:
        return "NotImplemented";
    case smtp::ParsingStatus::TimedOut:
        return "ConnectionTimedOut";
    case smtp::ParsingStatus::ProtocolError:
        break;
    }
    return "ProtocolError";
}

// Limits of the organization stand beside the connector's; the cmdlet has to name the one that counted.
std::string organizationRemedy(const ReceiveConnector& connector, const TransportConfig& organization,
                               std::string_view parameter) {
    if (parameter == "MaxMessageSize" && organization.maxReceiveSize &&
        *organization.maxReceiveSize < connector.maxMessageSize)
        return "Set-TransportConfig -MaxReceiveSize Unlimited";
    if (parameter == "MaxRecipientsPerMessage" && organization.maxRecipientEnvelopeLimit &&
        *organization.maxRecipientEnvelopeLimit < connector.maxRecipientsPerMessage)
        return "Set-TransportConfig -MaxRecipientEnvelopeLimit Unlimited";
    return {};
}

// The cmdlet that lifts a limit, ready to be pasted.
std::string remedyFor(const ReceiveConnector& connector, const TransportConfig& organization,
                      std::string_view parameter) {
    struct Row {
        std::string_view parameter;
        std::string_view value;
    };
    static constexpr Row kRows[] = {
        {"MaxProtocolErrors", "Unlimited"},
        {"ConnectionTimeout", "1.00:00:00"},
        {"ConnectionInactivityTimeout", "01:00:00"},
        {"MaxRecipientsPerMessage", "5000"},
        {"MaxMessageSize", "100MB"},
        {"MaxHeaderSize", "1MB"},
        {"MaxHopCount", "500"},
        {"MaxLocalHopCount", "50"},
    };
    if (parameter.empty())
        return {};
    if (auto remedy = organizationRemedy(connector, organization, parameter); !remedy.empty())
        return remedy;
    std::string cmdlet = "Set-ReceiveConnector \"" + connector.name + "\" -" + std::string(parameter);
    for (const auto& row : kRows)
        if (row.parameter == parameter)
            return cmdlet + " " + std::string(row.value);
    return cmdlet;
}

// The P2 senders (agents.md 13.2): addresses of From, then of Sender.
std::vector<std::string> p2Senders(const HeaderList& headers) {
    std::vector<std::string> addresses;
    for (const std::string_view name : {"From", "Sender"})
        if (const auto value = headers.getRaw(name))
            for (auto& address : parseMailAddresses(*value))
                if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
                    addresses.push_back(std::move(address));
    return addresses;
}

// The domain that reports come from: "contoso.com", also where "*.contoso.com" is the default.
std::optional<std::string> defaultDomain(const Configuration& configuration) {
    for (const auto& domain : configuration.all<AcceptedDomain>())
        if (domain->isDefault)
            return domain->domainName.starts_with("*.") ? domain->domainName.substr(2) : domain->domainName;
    return std::nullopt;
}

} // namespace

Task<> SmtpInSession::on(smtp::DataBytes data) {
    auto& transaction = *transaction_;
    const auto taken = transaction.header.take(data.bytes);
    if (!transaction.header.complete())
        co_return;
    // The view lives until the machine is asked again, which is after this.
    const auto rest = data.bytes.substr(taken);
    co_await headersComplete(true);
    if (!over_)
        storeBody(rest);
}

void SmtpInSession::storeBody(std::string_view bytes) {
    auto& transaction = *transaction_;
    if (transaction.refusal || transaction.discard || bytes.empty())
        return; // drained: the reply is already known
    const auto stored = transaction.item->body.append(bytes);
    if (stored)
        return;
    const bool full = stored.error().code == Errc::NoSpace;
    const auto& response =
        smtp::reply(full ? Reply::InsufficientResources : Reply::LocalError, view_.configuration->profile);
    recordAct(AgentEvent::OnEndOfData, Action::RejectMessage, response, "SpoolFailed",
              stored.error().message);
    transaction.refusal = Refusal{.response = response, .event = AgentEvent::OnEndOfData};
}

// Limits, header firewall and the server's own header, then OnEndOfHeaders. A refusal is remembered for the
// dot.
Task<> SmtpInSession::headersComplete(bool blankLineSeen) {
    auto& transaction = *transaction_;
    auto& item = *transaction.item;
    const auto& connector = *view_.connector;
    const auto profileId = view_.configuration->profile;
    transaction.headersDone = true;
    item.hasBlankLine = blankLineSeen;
    item.headers = HeaderList::parse(transaction.header.block());

    const auto remember = [&](Reply which, std::string data, const char* parameter) {
        const auto& response = smtp::reply(which, profileId);
        recordAct(AgentEvent::OnEndOfHeaders, Action::RejectMessage, response, "LimitExceeded",
                  std::move(data),
                  remedyFor(connector, view_.configuration->get<TransportConfig>(), parameter));
        transaction.refusal = Refusal{.response = response, .event = AgentEvent::OnEndOfHeaders};
    };
    if (transaction.header.tooLarge()) {
        remember(Reply::HeaderTooLarge, "MaxHeaderSize is " + std::to_string(connector.maxHeaderSize),
                 "MaxHeaderSize");
        co_return;
    }
    const auto hops = countHops(item.headers, fqdn());
    if (hops.all > connector.maxHopCount) {
        remember(Reply::HopCountExceeded,
                 std::to_string(hops.all) + " Received fields, MaxHopCount is " +
                     std::to_string(connector.maxHopCount),
                 "MaxHopCount");
        co_return;
    }
    if (connector.maxLocalHopCount > 0 && hops.local > connector.maxLocalHopCount) {
        remember(Reply::HopCountExceeded,
                 std::to_string(hops.local) + " Received fields of this server, MaxLocalHopCount is " +
                     std::to_string(connector.maxLocalHopCount),
                 "MaxLocalHopCount");
        co_return;
    }

    transaction.p2FromAddresses = p2Senders(item.headers);
    transaction.messageId = item.headers.get("Message-ID").value_or("");
    if (profile(profileId).networkMessageId)
        item.networkMessageId = Guid::make(services_.random);
    changed();
    if (const auto removed = applyHeaderFirewall(item.headers, permissions_); !removed.empty())
        recordAct(AgentEvent::OnEndOfHeaders, Action::ModifyHeaders, {}, "HeaderFirewall",
                  join(removed, ", "));
    if (!item.networkMessageId.isEmpty())
        item.headers.append(kNetworkMessageIdHeader, item.networkMessageId.toString());
    const auto now = services_.clock.utcNow();
    const auto& settings = view_.configuration->get<TransportServer>();
    item.headers.prepend(
        "Received",
        receivedValue({.heloDomain = state_->helloDomain(),
                       .client = state_->remoteEndPoint().address,
                       .fqdn = fqdn(),
                       .local = settings.externalIpAddress.value_or(state_->localEndPoint().address),
                       .profile = profileId,
                       .when = now,
                       .utcOffset = services_.clock.utcOffset(now)}));

    if (state_->lastExternalIpAddress().isUnspecified()) {
        const auto& internal = view_.configuration->get<TransportConfig>().internalSmtpServers;
        state_->setLastExternalIpAddress(findOriginatingIp(item.headers, internal).value_or(IpAddress()));
        changed();
    }
    EndOfHeadersEventArgs args{{*state_}, item.headers, item};
    const auto outcome = co_await raise(AgentEvent::OnEndOfHeaders, &SmtpReceiveAgent::onEndOfHeaders, args);
    changed();
    if (outcome.refused())
        transaction.refusal = Refusal{.response = outcome.response,
                                      .event = AgentEvent::OnEndOfHeaders,
                                      .disconnect = outcome.disconnect};
    else if (outcome.disconnect)
        co_await refuseOutcome(AgentEvent::OnEndOfHeaders, outcome);
    else if (outcome.terminal)
        noteEnd(outcome);
}

// An agent ended the event without refusing.
void SmtpInSession::noteEnd(const EventOutcome& outcome) {
    if (outcome.action == Action::QuarantineMessage) {
        transaction_->settled = true;
        return;
    }
    transaction_->discard = true;
    transaction_->discardReason = outcome.agent + ": " + std::string(toString(outcome.action));
}

Task<> SmtpInSession::on(smtp::EndOfData end) {
    if (!transaction_->headersDone)
        co_await headersComplete(false);
    if (over_)
        co_return;
    if (!transaction_->refusal && !transaction_->discard && !transaction_->settled) {
        EndOfDataEventArgs args{{*state_}, *transaction_->item};
        const auto outcome = co_await raise(AgentEvent::OnEndOfData, &SmtpReceiveAgent::onEndOfData, args);
        changed();
        if (outcome.refused() || outcome.disconnect)
            transaction_->refusal =
                Refusal{.response = outcome.refused() ? outcome.response : SmtpResponse::serviceUnavailable(),
                        .event = AgentEvent::OnEndOfData,
                        .disconnect = outcome.disconnect};
        else if (outcome.terminal)
            noteEnd(outcome);
    }
    if (!transaction_->refusal && !transaction_->item->quarantined.empty() && !quarantineMailbox())
        refuseQuarantined();
    if (transaction_->refusal) {
        const auto refusal = *transaction_->refusal;
        co_await refuse(refusal);
    } else {
        co_await accept(end.octets);
    }
    dropTransaction();
}

// Who gets what is quarantined; nullptr where nobody was named.
const RoutingAddress* SmtpInSession::quarantineMailbox() const {
    const auto& configuration = *view_.configuration;
    if (!configuration.has<ContentFilterConfig>()) // a server without that agent
        return nullptr;
    const auto& mailbox = configuration.get<ContentFilterConfig>().quarantineMailbox;
    return mailbox ? &*mailbox : nullptr;
}

// Quarantine without a mailbox: the sender learns of it, as by the NDR that Exchange sends (agents.md 6.4,
// docs/decisions/0824). Where others get the message, one reply cannot say so: the log does.
void SmtpInSession::refuseQuarantined() {
    auto& transaction = *transaction_;
    auto& item = *transaction.item;
    const auto quarantined = std::exchange(item.quarantined, {});
    const auto& response = quarantined.front().diagnostic;
    const bool nobodyLeft = item.recipients.empty() && !transaction.discard;
    recordAct(AgentEvent::OnEndOfData, nobodyLeft ? Action::RejectMessage : Action::RejectRecipients,
              response, "NoQuarantineMailbox", {}, "Set-ContentFilterConfig -QuarantineMailbox");
    if (nobodyLeft)
        transaction.refusal = Refusal{.response = response, .event = AgentEvent::OnEndOfData};
}

Result<std::vector<std::shared_ptr<MailItem>>> SmtpInSession::quarantineReports() {
    std::vector<std::shared_ptr<MailItem>> reports;
    const auto& item = *transaction_->item;
    if (item.quarantined.empty())
        return reports;
    const auto now = services_.clock.utcNow();
    const auto& serverName = view_.configuration->get<TransportServer>().fqdn;
    const QuarantineFacts facts{.mailbox = *quarantineMailbox(),
                                .postmasterDomain = defaultDomain(*view_.configuration).value_or(serverName),
                                .fqdn = serverName,
                                .now = now,
                                .utcOffset = services_.clock.utcOffset(now)};
    for (const auto& quarantined : item.quarantined) {
        auto report = makeQuarantineReport(item, quarantined, facts, services_.random, services_.spool);
        if (!report)
            return report.error();
        addMissingHeaders((*report)->headers, Guid::make(services_.random), fqdn(), now, facts.utcOffset);
        reports.push_back(std::move(*report));
    }
    return reports;
}

// Everybody agreed: stamp, store, and only then say 250.
Task<> SmtpInSession::accept(std::uint64_t octets) {
    auto& item = transaction_->item;
    auto stored = quarantineReports(); // of the message as it is, without our stamps
    if (!stored) {
        co_await refuseUnstored(stored.error());
        co_return;
    }
    const auto now = services_.clock.utcNow();
    addMissingHeaders(item->headers, Guid::make(services_.random), fqdn(), now,
                      services_.clock.utcOffset(now));
    item->headers.set(kAuthSourceHeader, view_.configuration->get<TransportServer>().fqdn);
    item->headers.set(kAuthAsHeader, "Anonymous");
    transaction_->messageId = item->headers.get("Message-ID").value_or("");
    changed();
    item->internalId = services_.submission.nextInternalId();

    const std::chrono::duration<double> took = services_.clock.steadyNow() - transaction_->contentStart;
    const auto queued =
        smtp::queuedReply(view_.configuration->profile,
                          std::string_view(transaction_->messageId).substr(0, kMaxMessageIdInReply),
                          item->internalId, fqdn(), octets, took.count());
    const auto reports = stored->size();
    const bool delivers = !transaction_->discard && !item->recipients.empty();
    if (delivers)
        stored->push_back(item);
    if (stored->empty()) {
        const bool discarded = transaction_->discard;
        recordAct(AgentEvent::OnEndOfData, Action::DeleteMessage, queued,
                  discarded ? "DiscardedByAgent" : "NoRecipientsLeft", transaction_->discardReason);
        answer(queued);
        co_return;
    }
    // Message and reports in one transaction: 250 promises all of it.
    auto storing = stored->size() == 1 ? services_.submission.submit(stored->front())
                                       : services_.submission.submitTogether(*stored);
    const auto outcome = co_await std::move(storing);
    if (!outcome) {
        co_await refuseUnstored(outcome.error());
        co_return;
    }
    if (reports > 0)
        recordAct(AgentEvent::OnEndOfData,
                  delivers ? Action::QuarantineRecipients : Action::QuarantineMessage, queued, "Quarantined",
                  quarantineMailbox()->toString());
    if (delivers)
        recordAct(AgentEvent::OnEndOfData, Action::AcceptMessage, queued, "Queued",
                  std::to_string(item->internalId));
    answer(queued);
}

Task<> SmtpInSession::refuseUnstored(Error error) {
    const bool full = error.code == Errc::NoSpace;
    const Refusal refusal{.response = smtp::reply(full ? Reply::InsufficientResources : Reply::LocalError,
                                                  view_.configuration->profile),
                          .event = AgentEvent::OnEndOfData};
    recordAct(refusal.event, Action::RejectMessage, refusal.response, "NotStored", error.message,
              full ? "" : "Resume-EdgeSimQueue");
    co_await refuse(refusal);
}

// The machine said no. What it says is final; OnReject and the decision stream learn of it.
Task<> SmtpInSession::on(smtp::Refused refused) {
    const bool atTheDot = refused.endsMessage;
    const bool timedOut = refused.status == smtp::ParsingStatus::TimedOut;
    if (!atTheDot && !timedOut)
        log(ProtocolLog::Event::Receive, machine_.lastCommand());
    if (timedOut)
        disconnectReason_ = DisconnectReason::Timeout;
    else if (refused.closes)
        disconnectReason_ = DisconnectReason::TooManyErrors;
    const auto event = atTheDot ? AgentEvent::OnEndOfData : eventOfCommand(machine_.lastCommand());
    const auto remedy =
        remedyFor(*view_.connector, view_.configuration->get<TransportConfig>(), refused.parameter);
    const Refusal refusal{.response = refused.response,
                          .event = event,
                          .status = ParsingStatus::ProtocolError,
                          .disconnect = refused.closes,
                          .tarpit = !timedOut};
    recordAct(event, atTheDot ? Action::RejectMessage : Action::RejectCommand, refusal.response,
              std::string(reasonWord(refused.status)), std::move(refused.explanation), remedy);
    co_await refuse(refusal);
    if (atTheDot)
        dropTransaction();
}

// What an agent decided, as a refusal; a bare Disconnect is told as 421, since a server says goodbye (RFC
// 5321 3.8).
Task<> SmtpInSession::refuseOutcome(AgentEvent event, const EventOutcome& outcome) {
    const Refusal refusal{.response =
                              outcome.refused() ? outcome.response : SmtpResponse::serviceUnavailable(),
                          .event = event,
                          .disconnect = outcome.disconnect || event == AgentEvent::OnConnect,
                          .tarpit = event != AgentEvent::OnConnect};
    co_await refuse(refusal);
}

// Holds a 5xx back for anonymous peers (platform.md 2.8), but not beyond the end of the session
// (ConnectionTimeout). False: the session was cancelled meanwhile.
Task<bool> SmtpInSession::tarpit(const Refusal& refusal) {
    const auto interval = view_.connector->tarpitInterval;
    const bool due = refusal.tarpit && refusal.response.statusCode() >= 500 && interval > Duration::zero() &&
                     state_->authenticationSource() == AuthenticationSource::Anonymous;
    if (!due)
        co_return true;
    const auto days = std::chrono::floor<std::chrono::days>(interval); // the log writes "0.00:00:05"
    log(ProtocolLog::Event::Information,
        "Tarpit for '" + std::to_string(days.count()) + "." + timeSpanText(interval - days) + "'");
    auto until = services_.clock.steadyNow() + interval;
    if (machine_.awaitsAnswer())
        until = std::min(until, machine_.deadline());
    bool cancelled = false;
    try {
        co_await services_.clock.waitUntil(until);
    } catch (const boost::system::system_error&) {
        cancelled = true;
    }
    co_return !cancelled;
}

Task<> SmtpInSession::refuse(const Refusal& refusal) {
    const bool connected = co_await tarpit(refusal);
    if (!connected) // OnReject runs also when the peer is gone
        co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    RejectEventArgs args{{*state_},        std::string(machine_.lastCommand()),
                         refusal.event,    refusal.status,
                         refusal.response, transaction_ ? transaction_->item.get() : nullptr};
    const auto outcome = co_await raise(AgentEvent::OnReject, &SmtpReceiveAgent::onReject, args);
    if (!connected) {
        disconnectReason_ = shuttingDown_ ? DisconnectReason::Local : DisconnectReason::DroppedSession;
        over_ = true;
        co_return;
    }
    answer(refusal.response);
    if (refusal.disconnect || outcome.disconnect) {
        if (disconnectReason_ == DisconnectReason::None)
            disconnectReason_ = DisconnectReason::Local;
        over_ = true; // serve() flushes
    }
}

} // namespace edge
