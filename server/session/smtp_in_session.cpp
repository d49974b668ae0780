#include <edge/base/append_or_move.h>
#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/config/transport_config.h>
#include <edge/mail/originating_ip.h>
#include <edge/server/session/presented_transport.h>
#include <edge/server/session/raise.h>
#include <edge/server/session/recipient_rules.h>
#include <edge/server/session/session_state.h>
#include <edge/server/smtp/replies.h>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace edge {
namespace {

using smtp::Reply;

constexpr std::size_t kMaxPendingOutput =
    16 * 1024; // replies of a pipelined group kept back before they are sent

// The organization's limits (Set-TransportConfig) and the connector's: the smaller one counts.
std::uint64_t maxMessageSize(const ReceiveConnector& connector, const TransportConfig& organization) {
    return std::min(connector.maxMessageSize, organization.maxReceiveSize.value_or(connector.maxMessageSize));
}

int maxRecipients(const ReceiveConnector& connector, const TransportConfig& organization) {
    return std::min(connector.maxRecipientsPerMessage,
                    organization.maxRecipientEnvelopeLimit.value_or(connector.maxRecipientsPerMessage));
}

smtp::MachineOptions machineOptionsFor(const ReceiveConnector& connector, const Permissions& permissions,
                                       const Configuration& configuration, const IpAddress& peer,
                                       const std::vector<IpRange>& xclientPeers) {
    smtp::MachineOptions options;
    options.xclientKnown = !xclientPeers.empty();
    options.xclientTrusted = std::any_of(xclientPeers.begin(), xclientPeers.end(),
                                         [&peer](const IpRange& range) { return range.contains(peer); });
    const auto& organization = configuration.get<TransportConfig>();
    options.profile = configuration.profile;
    options.maxMessageSize = maxMessageSize(connector, organization);
    if (permissions.count(Permission::BypassMessageSizeLimit) != 0)
        options.maxMessageSize = smtp::kAnySize;
    options.maxRecipientsPerMessage = maxRecipients(connector, organization);
    options.maxProtocolErrors = connector.maxProtocolErrors;
    options.connectionTimeout = connector.connectionTimeout;
    options.connectionInactivityTimeout = connector.connectionInactivityTimeout;
    options.requireEhloDomain = connector.requireEhloDomain;
    options.longAddressesEnabled = connector.longAddressesEnabled;
    options.smtpUtf8Enabled = connector.smtpUtf8Enabled;
    options.eightBitMimeEnabled = connector.eightBitMimeEnabled;
    options.deliveryStatusNotificationEnabled = connector.deliveryStatusNotificationEnabled;
    options.sizeEnabled = connector.sizeEnabled != smtp::SizeMode::Disabled;
    options.bareLinefeedRejectionEnabled = connector.bareLinefeedRejectionEnabled;
    return options;
}

smtp::EhloFacts ehloFacts(const ReceiveConnector& connector, const Configuration& configuration,
                          const std::string& fqdn, const IpAddress& client) {
    smtp::EhloFacts facts;
    facts.profile = configuration.profile;
    facts.fqdn = fqdn;
    facts.client = client;
    facts.size = connector.sizeEnabled;
    facts.maxMessageSize = maxMessageSize(connector, configuration.get<TransportConfig>());
    facts.pipelining = connector.pipeliningEnabled;
    facts.dsn = connector.deliveryStatusNotificationEnabled;
    facts.enhancedStatusCodes = connector.enhancedStatusCodesEnabled;
    facts.eightBitMime = connector.eightBitMimeEnabled;
    facts.smtpUtf8 = connector.smtpUtf8Enabled;
    facts.xLongAddr = connector.longAddressesEnabled;
    return facts;
}

// How the log says who ended the connection (platform.md 6.2).
std::string_view disconnectContext(DisconnectReason reason) {
    switch (reason) {
    case DisconnectReason::SenderDisconnected:
        return "Remote";
    case DisconnectReason::DroppedSession:
        return "Remote(ConnectionReset)";
    default:
        return "Local";
    }
}

} // namespace

SmtpInSession::SmtpInSession(const SessionServices& services, SessionView view,
                             std::unique_ptr<Transport> transport, SessionLimits::Ticket ticket,
                             std::optional<SessionLimits::Refusal> refusal)
    : services_(services)
    , view_(std::move(view))
    , transport_(std::move(transport))
    , ticket_(std::move(ticket))
    , refusal_(std::move(refusal))
    , server_(services, view_.configuration)
    , permissions_(anonymousPermissions(*view_.connector))
    , machineOptions_(machineOptionsFor(*view_.connector, permissions_, *view_.configuration,
                                        transport_->remoteEndpoint().address, services.xclientPeers))
    , machine_(machineOptions_, services.clock.steadyNow())
    , start_(services.clock.utcNow()) {
    const auto& serverSettings = view_.configuration->get<TransportServer>();
    state_ = std::make_unique<State>(services.ids.next(start_), *transport_, view_.connector->name);
    forgetOrigin();
    if (permissions_.count(Permission::BypassAntiSpam) != 0)
        state_->grantAntispamBypass("MessageSecurityAntispamBypass"); // agents.md 1.8, 6.8
    dispatcher_.emplace(view_.pipeline, server_, services.decisions, view_.agentTimeLimits,
                        services.observer);
    protocolSession_ = {
        state_->sessionId(),      serverSettings.name,
        view_.connector->name,    state_->localEndPoint(),
        state_->remoteEndPoint(), view_.connector->protocolLoggingLevel == ProtocolLoggingLevel::Verbose};
    isLogged_ = services_.protocolLog.wants(protocolSession_);
}

SmtpInSession::~SmtpInSession() = default;

std::uint64_t SmtpInSession::sessionId() const {
    return state_->sessionId();
}

Task<> SmtpInSession::run() {
    try {
        co_await serve();
    } catch (const boost::system::system_error&) {
        // Cancelled: the peer reset the connection, or the shutdown bound has passed.
        disconnectReason_ = shuttingDown_ ? DisconnectReason::Local : DisconnectReason::DroppedSession;
        presented_.reset();
    } catch (const std::exception& error) {
        disconnectReason_ = DisconnectReason::Local;
        presented_.reset();
        recordAct(AgentEvent::OnDisconnect, Action::Fault, {}, "InternalError", error.what());
    }
    // After a cancellation every co_await would throw: OnDisconnect must run all the same.
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    try {
        co_await finish();
    } catch (const std::exception& error) {
        recordAct(AgentEvent::OnDisconnect, Action::Fault, {}, "InternalError", error.what());
    }
    ticket_.reset();
    if (presented_) // the next session's, see takeHandover()
        co_return;
    const bool peerIsDone = disconnectReason_ == DisconnectReason::QuitVerb ||
                            disconnectReason_ == DisconnectReason::SenderDisconnected;
    transport_->close(peerIsDone ? PeerState::IsDone : PeerState::MaySend);
}

void SmtpInSession::requestShutdown() {
    shuttingDown_ = true;
    if (!transaction_ || !transaction_->inContent)
        transport_->interruptRead();
}

std::unique_ptr<Transport> SmtpInSession::takeHandover() {
    if (!presented_)
        return nullptr;
    auto local = transport_->localEndpoint();
    auto remote = transport_->remoteEndpoint();
    local.address = presented_->destinationAddress.value_or(local.address);
    local.port = presented_->destinationPort.value_or(local.port);
    remote.address = presented_->address.value_or(remote.address);
    remote.port = presented_->port.value_or(remote.port);
    return PresentedTransport::over(std::move(transport_), local, remote, machine_.takeUnread());
}

Task<> SmtpInSession::serve() {
    log(ProtocolLog::Event::Connect, {});
    while (!over_) {
        auto event = machine_.next();
        const auto* data = std::get_if<smtp::DataBytes>(&event);
        if (data && transaction_->headersDone) {
            storeBody(data->bytes); // most octets of most messages: no coroutine for them
            continue;
        }
        co_await dispatchEvent(std::move(event));
        if (output_.size() > kMaxPendingOutput && !co_await flush())
            over_ = true;
    }
    if (!co_await flush())
        presented_.reset();
}

Task<> SmtpInSession::dispatchEvent(smtp::Event event) {
    const bool last = state_->closesAfterRefusedRecipients() && endsRefusedRecipients(event);
    auto handling = std::visit([this](auto& e) { return on(std::move(e)); }, event);
    co_await std::move(handling);
    if (!last || over_)
        co_return;
    disconnectReason_ = DisconnectReason::Local;
    recordAct(AgentEvent::OnRcptCommand, Action::Disconnect, {}, "AllRecipientsRefused", {});
    over_ = true;
}

// The client goes on, and the transaction has none but refused recipients (docs/decisions/0802).
bool SmtpInSession::endsRefusedRecipients(const smtp::Event& event) const {
    if (!transaction_ || !transaction_->item || !transaction_->item->recipients.empty())
        return false;
    if (std::holds_alternative<smtp::Refused>(event)) {
        const auto verb = machine_.lastCommand().substr(0, 4);
        return iequals(verb, "DATA") || iequals(verb, "BDAT") || iequals(verb, "MAIL");
    }
    return std::holds_alternative<smtp::RsetCommand>(event) ||
           std::holds_alternative<smtp::HeloCommand>(event) ||
           std::holds_alternative<smtp::EhloCommand>(event);
}

// OnDisconnect, then the log's last line.
Task<> SmtpInSession::finish() {
    state_->setDisconnected();
    if (connected_) {
        DisconnectEventArgs args{{*state_}, disconnectReason_};
        co_await raise(AgentEvent::OnDisconnect, &SmtpReceiveAgent::onDisconnect, args);
    }
    log(ProtocolLog::Event::Disconnect, {}, disconnectContext(disconnectReason_));
}

Task<bool> SmtpInSession::flush() {
    if (output_.empty())
        co_return true;
    for (const auto& reply : unlogged_)
        log(ProtocolLog::Event::Send, reply);
    unlogged_.clear();
    auto bytes = std::exchange(output_, {});
    const auto deadline = services_.clock.steadyNow() + view_.connector->connectionInactivityTimeout;
    auto writing = transport_->write(std::move(bytes), deadline);
    const auto written = co_await std::move(writing);
    if (!written) {
        disconnectReason_ = written.error().code == Errc::Timeout ? DisconnectReason::Timeout
                                                                  : DisconnectReason::DroppedSession;
        over_ = true;
    }
    co_return written.has_value();
}

Task<bool> SmtpInSession::awaitInput() {
    const auto input = co_await transport_->read(machine_.deadline());
    const auto now = services_.clock.steadyNow();
    if (input) {
        machine_.receive(*input, now);
        co_return true;
    }
    switch (input.error().code) {
    case Errc::Timeout:
        machine_.expire(now);
        co_return true;
    case Errc::EndOfStream:
        machine_.receiveEof();
        co_return true;
    case Errc::Cancelled:
        co_return false; // shutting down
    default:
        disconnectReason_ = DisconnectReason::DroppedSession;
        over_ = true;
        co_return true;
    }
}

Task<> SmtpInSession::on(smtp::NeedBytes) {
    if (!co_await flush())
        co_return;
    const bool mayEnd = shuttingDown_ && !(transaction_ && transaction_->inContent);
    bool goOn = !mayEnd;
    if (goOn)
        goOn = co_await awaitInput();
    if (goOn)
        co_return;
    disconnectReason_ = DisconnectReason::Local;
    const Refusal refusal{.response = smtp::reply(Reply::ServiceNotAvailable, view_.configuration->profile),
                          .event = AgentEvent::OnDisconnect,
                          .disconnect = true,
                          .tarpit = false};
    recordAct(refusal.event, Action::Disconnect, refusal.response, "ServiceStopping", {});
    co_await refuse(refusal);
}

Task<> SmtpInSession::on(smtp::SessionOver over) {
    if (disconnectReason_ == DisconnectReason::None)
        disconnectReason_ = over.byPeer ? DisconnectReason::SenderDisconnected : DisconnectReason::Local;
    over_ = true;
    co_return;
}

Task<> SmtpInSession::on(smtp::Connected) {
    if (refusal_) {
        disconnectReason_ = DisconnectReason::Local;
        recordAct(AgentEvent::OnConnect, Action::RejectConnection, refusal_->response, "ConnectionLimit",
                  refusal_->explanation, refusal_->remedy);
        answer(refusal_->response);
        co_return;
    }
    connected_ = true;
    dispatcher_->createReceiveAgents();
    if (!profile(view_.configuration->profile).ehloOnOneLogLine)
        logPermissions();
    ConnectEventArgs args{{*state_}};
    const auto outcome = co_await raise(AgentEvent::OnConnect, &SmtpReceiveAgent::onConnect, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnConnect, outcome);
        co_return;
    }
    const auto now = services_.clock.utcNow();
    answer(smtp::banner(view_.connector->banner, fqdn(), now, services_.clock.utcOffset(now)));
}

Task<> SmtpInSession::on(smtp::HeloCommand command) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    state_->setHelloDomain(command.domain);
    changed();
    HeloCommandEventArgs args{{*state_}, std::move(command.domain)};
    const auto outcome = co_await raise(AgentEvent::OnHeloCommand, &SmtpReceiveAgent::onHeloCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnHeloCommand, outcome);
        co_return;
    }
    dropTransaction(); // RFC 5321 4.1.4; a refused HELO leaves it
    answer(smtp::heloReply(
        ehloFacts(*view_.connector, *view_.configuration, fqdn(), state_->remoteEndPoint().address)));
}

Task<> SmtpInSession::on(smtp::EhloCommand command) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    state_->setHelloDomain(command.domain);
    changed();
    EhloCommandEventArgs args{{*state_}, std::move(command.domain)};
    const auto outcome = co_await raise(AgentEvent::OnEhloCommand, &SmtpReceiveAgent::onEhloCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnEhloCommand, outcome);
        co_return;
    }
    dropTransaction(); // RFC 5321 4.1.4; a refused EHLO leaves it
    auto facts = ehloFacts(*view_.connector, *view_.configuration, fqdn(), state_->remoteEndPoint().address);
    facts.xclient = machineOptions_.xclientTrusted;
    answer(smtp::ehloReply(facts));
}

// Before the agents: may this peer send at all, now? After them: may it use this sender
// (docs/decisions/0001)?
Task<> SmtpInSession::on(smtp::MailCommand command) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    const auto profileId = view_.configuration->profile;
    if (const auto refusal = refuseSubmission()) {
        co_await refuse(*refusal);
        co_return;
    }

    forgetOrigin();
    transaction_ = std::make_unique<Transaction>(*state_, view_.connector->maxHeaderSize);
    auto& mail = transaction_->mail;
    mail.fromAddress = std::move(command.address);
    mail.size = command.size;
    mail.bodyType = command.bodyType;
    mail.dsnFormatRequested = command.dsnFormatRequested;
    mail.envelopeId = std::move(command.envelopeId);
    mail.auth = std::move(command.auth);
    changed();
    const auto outcome = co_await raise(AgentEvent::OnMailCommand, &SmtpReceiveAgent::onMailCommand, mail);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnMailCommand, outcome);
        dropTransaction();
        co_return;
    }
    if (auto wrong = checkSender(mail.fromAddress, permissions_, *view_.configuration)) {
        const auto refusal = refusalByRule(AgentEvent::OnMailCommand, std::move(*wrong));
        co_await refuse(refusal);
        dropTransaction();
        co_return;
    }
    ++messageOrdinal_;
    changed();
    if (profile(profileId).ehloOnOneLogLine)
        logPermissions();
    if (isLogged_)
        log(ProtocolLog::Event::Information,
            hex16(state_->sessionId()) + ";" + isoTime(start_) + ";" + std::to_string(messageOrdinal_),
            "receiving message");
    answer(smtp::reply(Reply::SenderOk, profileId));
}

// Agents first, then the server's rules on the address they left (design, "order at RCPT").
Task<> SmtpInSession::on(smtp::RcptCommand command) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    auto& transaction = *transaction_;
    if (!transaction.item)
        makeMailItem();
    transaction.recipientInQuestion = command.address;
    changed();
    RcptCommandEventArgs args{{*state_},
                              *transaction.item,
                              std::move(command.address),
                              std::move(command.originalRecipient),
                              command.notify,
                              {}};
    const auto outcome = co_await raise(AgentEvent::OnRcptCommand, &SmtpReceiveAgent::onRcptCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnRcptCommand, outcome);
    } else if (auto wrong = checkRecipient(args.recipientAddress, *view_.connector, permissions_,
                                           *view_.configuration)) {
        const auto refusal = refusalByRule(AgentEvent::OnRcptCommand, std::move(*wrong));
        co_await refuse(refusal);
    } else {
        transaction.item->recipients.add({std::move(args.recipientAddress), std::move(args.originalRecipient),
                                          args.notify, std::move(args.recipientProperties)});
        answer(smtp::reply(Reply::RecipientOk, view_.configuration->profile));
    }
    if (transaction_) {
        transaction_->recipientInQuestion = {};
        changed();
    }
}

Task<> SmtpInSession::on(smtp::DataCommand) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    DataCommandEventArgs args{{*state_}, *transaction_->item};
    const auto outcome = co_await raise(AgentEvent::OnDataCommand, &SmtpReceiveAgent::onDataCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnDataCommand, outcome);
        co_return;
    }
    transaction_->inContent = true;
    transaction_->contentStart = services_.clock.steadyNow();
    answer(smtp::reply(Reply::StartMailInput, view_.configuration->profile));
}

Task<> SmtpInSession::on(smtp::RsetCommand) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    RsetCommandEventArgs args{{*state_}, transaction_ ? transaction_->item.get() : nullptr};
    const auto outcome = co_await raise(AgentEvent::OnRsetCommand, &SmtpReceiveAgent::onRsetCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnRsetCommand, outcome);
        co_return;
    }
    dropTransaction();
    answer(smtp::reply(Reply::Resetting, view_.configuration->profile));
}

Task<> SmtpInSession::on(smtp::NoopCommand) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    NoopCommandEventArgs args{{*state_}};
    const auto outcome = co_await raise(AgentEvent::OnNoopCommand, &SmtpReceiveAgent::onNoopCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnNoopCommand, outcome);
        co_return;
    }
    answer(smtp::reply(Reply::NoopOk, view_.configuration->profile));
}

Task<> SmtpInSession::on(smtp::HelpCommand command) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    HelpCommandEventArgs args{{*state_}, std::move(command.argument)};
    const auto outcome = co_await raise(AgentEvent::OnHelpCommand, &SmtpReceiveAgent::onHelpCommand, args);
    if (outcome.terminal) {
        co_await refuseOutcome(AgentEvent::OnHelpCommand, outcome);
        co_return;
    }
    answer(smtp::reply(Reply::Help, view_.configuration->profile));
}

Task<> SmtpInSession::on(smtp::VrfyCommand) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    answer(smtp::reply(Reply::CannotVrfy, view_.configuration->profile));
    co_return;
}

Task<> SmtpInSession::on(smtp::QuitCommand) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    disconnectReason_ = DisconnectReason::QuitVerb;
    answer(smtp::reply(Reply::ServiceClosing, view_.configuration->profile));
    co_return;
}

// Nothing is answered: the banner of the next session is (docs/decisions/0952).
Task<> SmtpInSession::on(smtp::XclientCommand command) {
    log(ProtocolLog::Event::Receive, machine_.lastCommand());
    presented_ = std::make_unique<smtp::XclientCommand>(std::move(command));
    disconnectReason_ = DisconnectReason::Local;
    over_ = true;
    co_return;
}

// May this peer begin a message at all, now? Empty: yes.
std::optional<SmtpInSession::Refusal> SmtpInSession::refuseSubmission() {
    const auto profileId = view_.configuration->profile;
    const auto refused = [this](const SmtpResponse& response, const char* reason, std::string data,
                                std::string remedy, bool disconnect) {
        recordAct(AgentEvent::OnMailCommand, Action::RejectCommand, response, reason, std::move(data),
                  std::move(remedy));
        return Refusal{.response = response, .event = AgentEvent::OnMailCommand, .disconnect = disconnect};
    };
    if (permissions_.count(Permission::SmtpSubmit) == 0)
        return refused(
            smtp::reply(Reply::ClientNotAuthenticated, profileId), "SubmitPermissionMissing", {},
            "Set-ReceiveConnector \"" + view_.connector->name + "\" -PermissionGroups AnonymousUsers", false);
    if (auto full = services_.submission.admission())
        return refused(full->response, "InsufficientResources", std::move(full->explanation),
                       std::move(full->remedy), false);
    if (auto tooMany = services_.limits.beginMessage(
            *view_.connector, profileId, state_->remoteEndPoint().address, services_.clock.steadyNow()))
        return refused(tooMany->response, "MessageRateLimit", std::move(tooMany->explanation),
                       std::move(tooMany->remedy), true);
    return std::nullopt;
}

SmtpInSession::Refusal SmtpInSession::refusalByRule(AgentEvent event, RuleRefusal rule) {
    recordAct(event, Action::RejectCommand, rule.response, std::move(rule.reason), std::move(rule.data),
              std::move(rule.remedy));
    return {.response = std::move(rule.response), .event = event};
}

// Before a message's header is there, only a peer that is not ours tells where it comes from (agents.md 2.5).
void SmtpInSession::forgetOrigin() {
    const auto& peer = state_->remoteEndPoint().address;
    const auto& internal = view_.configuration->get<TransportConfig>().internalSmtpServers;
    state_->setLastExternalIpAddress(isInternalServer(peer, internal) ? IpAddress() : peer);
}

void SmtpInSession::makeMailItem() {
    auto& mail = transaction_->mail;
    auto item = std::make_shared<MailItem>(services_.spool);
    item->fromAddress = mail.fromAddress;
    item->bodyType = mail.bodyType;
    item->dsnFormatRequested = mail.dsnFormatRequested;
    item->envelopeId = mail.envelopeId;
    item->originalAuthenticator = mail.auth;
    item->originatorOrganization = mail.oorg;
    item->originatingDomain = std::string(mail.fromAddress.domainPart());
    item->properties = mail.mailItemProperties;
    item->dateTimeReceived = services_.clock.utcNow();
    item->heloDomain = state_->helloDomain();
    item->sourceIpAddress = state_->remoteEndPoint().address.toString();
    item->sourceName = "SMTP:" + view_.connector->name;
    transaction_->item = std::move(item);
}

void SmtpInSession::dropTransaction() {
    transaction_.reset();
    changed();
}

const std::string& SmtpInSession::fqdn() const {
    return view_.connector->fqdn.empty() ? view_.configuration->get<TransportServer>().fqdn
                                         : view_.connector->fqdn;
}

void SmtpInSession::answer(const SmtpResponse& response) {
    if (view_.connector->enhancedStatusCodesEnabled)
        reply(response);
    else
        reply(SmtpResponse(response.statusCode(), {}, response.statusText()));
}

void SmtpInSession::reply(const SmtpResponse& response) {
    if (machine_.awaitsAnswer()) {
        machine_.answer(response, services_.clock.steadyNow());
        appendOrMove(output_, machine_.takeOutput());
    } else {
        appendOrMove(output_, response.toWire()); // we close in the middle of content
    }
    if (!isLogged_)
        return;
    auto wire = response.toWire();
    wire.resize(wire.size() - 2);
    unlogged_.push_back(replaceAll(std::move(wire), "\r\n", "\n"));
}

std::shared_ptr<const StepSnapshot> SmtpInSession::step() {
    if (step_)
        return step_;
    auto step = std::make_shared<StepSnapshot>();
    step->sessionId = state_->sessionId();
    step->sessionStart = start_;
    step->messageOrdinal = messageOrdinal_;
    step->connector = view_.connector->name;
    step->localEndpoint = state_->localEndPoint();
    step->remoteEndpoint = state_->remoteEndPoint();
    step->enteredOrgFromIp = state_->lastExternalIpAddress();
    step->heloDomain = state_->helloDomain();
    if (transaction_) {
        step->p1FromAddress = transaction_->mail.fromAddress.toString();
        step->messageId = transaction_->messageId;
        step->p2FromAddresses = transaction_->p2FromAddresses;
        if (transaction_->item)
            step->networkMessageId = transaction_->item->networkMessageId;
        if (!transaction_->recipientInQuestion.isEmpty())
            step->recipients.push_back(transaction_->recipientInQuestion.toString());
        else if (transaction_->item)
            for (const auto& recipient : transaction_->item->recipients)
                step->recipients.push_back(recipient.address.toString());
    }
    step_ = std::move(step);
    return step_;
}

void SmtpInSession::recordAct(AgentEvent event, Action action, const SmtpResponse& response,
                              std::string reason, std::string data, std::string remedy) {
    Decision decision;
    decision.event = event;
    decision.action = action;
    decision.response = response;
    decision.reason = std::move(reason);
    decision.reasonData = std::move(data);
    decision.remedy = std::move(remedy);
    dispatcher_->recordServerDecision(std::move(decision), step());
}

void SmtpInSession::log(ProtocolLog::Event event, std::string_view data, std::string_view context) {
    if (!isLogged_)
        return;
    services_.protocolLog.write(protocolSession_, sequence_++, services_.clock.utcNow(), event, data,
                                context);
}

void SmtpInSession::logPermissions() {
    if (isLogged_)
        log(ProtocolLog::Event::Information, permissionText(permissions_), "Set Session Permissions");
}

} // namespace edge
