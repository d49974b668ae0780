// SmtpInSession, the driver: one coroutine a session, and the only place where the receive machine, the
// agents and the wire meet. Bytes go to the machine, its events to the pipeline, the pipeline's decisions
// back as replies; what is accepted is durable before the 250. Life of a message: docs/life-of-a-message.md.
#pragma once

#include <edge/server/config/transport_server.h>
#include <edge/server/session/header_reader.h>
#include <edge/server/session/recipient_rules.h>
#include <edge/server/session/session_services.h>
#include <edge/server/session/snapshot_server.h>
#include <edge/server/smtp/receive_machine.h>
#include <edge/server/transport.h>
#include <edge/smtp_server.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edge {

class SmtpInSession {
public:
    // `ticket` is the session's place among the limits; it is free again before the peer learns that the
    // session is over. `refusal`: a limit that speaks against this connection; it is told to the client in
    // place of the banner.
    SmtpInSession(const SessionServices& services, SessionView view, std::unique_ptr<Transport> transport,
                  SessionLimits::Ticket ticket, std::optional<SessionLimits::Refusal> refusal = std::nullopt);
    ~SmtpInSession();

    // The session, from OnConnect to OnDisconnect. Never throws. Cancelling it (the peer reset, or the
    // server's shutdown bound passed) ends whatever it waits for; OnDisconnect still runs.
    Task<> run();
    // Asks the session to end soon: idle ones say 421 at once, one inside DATA may finish its message first.
    void requestShutdown();

    std::uint64_t sessionId() const;
    Transport& transport() { return *transport_; }
    // After run(): the connection under the addresses that the peer presented by XCLIENT, for another
    // session; nothing where it did not.
    std::unique_ptr<Transport> takeHandover();

private:
    class State;        // SmtpSession with its setters
    struct Transaction; // MAIL to final reply

    // A refusal on its way to the client.
    struct Refusal {
        SmtpResponse response;
        AgentEvent event = AgentEvent::OnConnect;
        ParsingStatus status = ParsingStatus::Complete;
        bool disconnect = false;
        bool tarpit = true;
    };

    Task<> serve();
    Task<> finish();
    Task<> dispatchEvent(smtp::Event event);
    bool endsRefusedRecipients(const smtp::Event& event) const;
    Task<bool> awaitInput();
    Task<bool> flush();

    Task<> on(smtp::Connected);
    Task<> on(smtp::HeloCommand command);
    Task<> on(smtp::EhloCommand command);
    Task<> on(smtp::MailCommand command);
    Task<> on(smtp::RcptCommand command);
    Task<> on(smtp::DataCommand);
    Task<> on(smtp::RsetCommand);
    Task<> on(smtp::NoopCommand);
    Task<> on(smtp::HelpCommand command);
    Task<> on(smtp::VrfyCommand);
    Task<> on(smtp::QuitCommand);
    Task<> on(smtp::XclientCommand command);
    Task<> on(smtp::EndOfData end);
    Task<> on(smtp::Refused refused);
    Task<> on(smtp::DataBytes data);
    Task<> on(smtp::NeedBytes);
    Task<> on(smtp::SessionOver over);

    // Content.
    Task<> headersComplete(bool blankLineSeen);
    void storeBody(std::string_view bytes);
    Task<> accept(std::uint64_t octets);

    // Refusals: tarpit, OnReject, reply, close where asked.
    Task<> refuse(const Refusal& refusal);
    Task<> refuseOutcome(AgentEvent event, const EventOutcome& outcome);
    Task<bool> tarpit(const Refusal& refusal);
    void answer(const SmtpResponse& response);
    void reply(const SmtpResponse& response);

    // Agents. Returns at once, without a coroutine, where nobody listens.
    template <class Source, class Args>
    Task<EventOutcome> raise(AgentEvent event, Task<> (SmtpReceiveAgent::*handler)(Source&, Args&),
                             std::remove_const_t<Args>& args);
    std::shared_ptr<const StepSnapshot> step();
    void changed() { step_.reset(); }
    std::optional<Refusal> refuseSubmission();
    Refusal refusalByRule(AgentEvent event, RuleRefusal rule);
    void forgetOrigin();
    void makeMailItem();
    void dropTransaction();
    void noteEnd(const EventOutcome& outcome);
    const RoutingAddress* quarantineMailbox() const;
    void refuseQuarantined();
    Result<std::vector<std::shared_ptr<MailItem>>> quarantineReports();
    Task<> refuseUnstored(Error error);
    const std::string& fqdn() const; // of the connector, else of the server
    void recordAct(AgentEvent event, Action action, const SmtpResponse& response, std::string reason,
                   std::string data, std::string remedy = {});
    void log(ProtocolLog::Event event, std::string_view data, std::string_view context = {});
    void logPermissions();

    const SessionServices& services_;
    SessionView view_;
    std::unique_ptr<Transport> transport_;
    SessionLimits::Ticket ticket_;
    std::optional<SessionLimits::Refusal> refusal_;
    ProtocolSession protocolSession_;
    bool isLogged_ = false; // somebody wants its lines
    std::unique_ptr<State> state_;
    SnapshotServer server_;
    Permissions permissions_;
    smtp::MachineOptions machineOptions_;
    smtp::ReceiveMachine machine_;
    std::optional<Dispatcher> dispatcher_;
    std::unique_ptr<Transaction> transaction_;
    std::shared_ptr<const StepSnapshot> step_;
    std::string output_;                // replies not sent yet: those of a pipelined group go together
    std::vector<std::string> unlogged_; // the same, for the protocol log
    std::unique_ptr<smtp::XclientCommand> presented_; // for whom another session goes on
    UtcTime start_{};
    std::uint32_t sequence_ = 0;
    std::uint32_t messageOrdinal_ = 0;
    DisconnectReason disconnectReason_ = DisconnectReason::None;
    bool over_ = false;
    bool shuttingDown_ = false;
    bool connected_ = false; // OnConnect was raised, so OnDisconnect is owed
};

} // namespace edge
