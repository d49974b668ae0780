#include <edge/server/config/transport_server.h>
#include <edge/server/connector_selection.h>
#include <edge/server/session/session_host.h>
#include <edge/server/smtp/replies.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <variant>

namespace edge {
namespace {

SessionLimits::Refusal notServed(ProfileId profile, std::string explanation, std::string remedy) {
    return {smtp::reply(smtp::Reply::ServiceNotAvailable, profile), std::move(explanation),
            std::move(remedy)};
}

} // namespace

struct SessionHost::Live {
    std::unique_ptr<SmtpInSession> session;
    Endpoint selection; // what connectors' bindings were compared with
    boost::asio::cancellation_signal cancel;
};

SessionHost::SessionHost(boost::asio::any_io_executor executor, const SessionServices& services,
                         std::function<LiveStatePtr()> current)
    : executor_(std::move(executor))
    , services_(services)
    , current_(std::move(current)) {}

SessionHost::~SessionHost() = default;

void SessionHost::accept(std::unique_ptr<Transport> transport, const Endpoint& selection) {
    const auto state = current_();
    const auto& configuration = *state->configuration;
    const auto remote = transport->remoteEndpoint();
    auto connector = selectConnector(configuration.all<ReceiveConnector>(), selection, remote.address);
    auto live = std::make_unique<Live>();
    SessionLimits::Ticket place;
    std::optional<SessionLimits::Refusal> refusal;
    if (shuttingDown_) {
        refusal = notServed(configuration.profile, "the service is stopping", "");
    } else if (!connector) {
        refusal = notServed(configuration.profile,
                            "no Receive connector for " + selection.toString() + " serves " +
                                remote.address.toString(),
                            "Set-ReceiveConnector -RemoteIPRanges");
    } else {
        auto admitted = services_.limits.open(*connector, configuration.profile,
                                              configuration.get<TransportServer>().maxConnectionRatePerMinute,
                                              remote.address, services_.clock.steadyNow());
        if (auto* ticket = std::get_if<SessionLimits::Ticket>(&admitted))
            place = std::move(*ticket);
        else
            refusal = std::get<SessionLimits::Refusal>(std::move(admitted));
    }
    if (!connector)
        connector = std::make_shared<const ReceiveConnector>(defaultReceiveConnector(configuration.profile));

    live->session = std::make_unique<SmtpInSession>(
        services_,
        SessionView{state->configuration, state->pipeline, std::move(connector), state->agentTimeLimits},
        std::move(transport), std::move(place), std::move(refusal));
    live->selection = selection;
    auto* raw = live.get();
    const auto entry = sessions_.insert(sessions_.end(), std::move(live));
    raw->session->transport().onReset([raw] { raw->cancel.emit(boost::asio::cancellation_type::terminal); });
    boost::asio::co_spawn(executor_, raw->session->run(),
                          boost::asio::bind_cancellation_slot(
                              raw->cancel.slot(), [this, entry](std::exception_ptr) { ended(entry); }));
}

// A peer that presented another client (XCLIENT) stays connected, as that client.
void SessionHost::ended(Sessions::iterator entry) {
    const auto live = std::move(*entry);
    sessions_.erase(entry);
    const auto local = live->session->transport().localEndpoint();
    if (auto handover = live->session->takeHandover()) {
        const bool elsewhere = handover->localEndpoint() != local;
        const auto selection = elsewhere ? handover->localEndpoint() : live->selection;
        accept(std::move(handover), selection);
    } else if (sessions_.empty() && empty_) {
        empty_();
    }
}

void SessionHost::requestShutdown() {
    shuttingDown_ = true;
    for (auto& live : sessions_)
        live->session->requestShutdown();
}

void SessionHost::cancelAll() {
    // Emitting may end a session at once and take it off the list.
    for (auto next = sessions_.begin(); next != sessions_.end();)
        (*next++)->cancel.emit(boost::asio::cancellation_type::terminal);
}

} // namespace edge
