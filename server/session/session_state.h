// The private parts of a session: the agents' view of it with the server's pen, and the transaction from MAIL
// to the final reply. Seen by the driver's two source files only.
#pragma once

#include <edge/server/config/transport_server.h>
#include <edge/server/session/smtp_in_session.h>

namespace edge {

// SmtpSession, writable.
class SmtpInSession::State final : public SmtpSession {
public:
    State(std::uint64_t id, const Transport& transport, std::string connector) {
        sessionId_ = id;
        localEndPoint_ = transport.localEndpoint();
        remoteEndPoint_ = transport.remoteEndpoint();
        lastExternalIpAddress_ = remoteEndPoint_.address;
        connectorName_ = std::move(connector);
    }
    void setHelloDomain(std::string domain) { helloDomain_ = std::move(domain); }
    void setDisconnected() { isConnected_ = false; }
    void setLastExternalIpAddress(const IpAddress& address) { lastExternalIpAddress_ = address; }
};

// MAIL to the final reply. What MAIL said waits here until the first RCPT makes the MailItem
// (platform.md 1.5).
struct SmtpInSession::Transaction {
    Transaction(SmtpSession& session, std::uint64_t maxHeaderSize)
        : mail{{session}, {}, {}, BodyType::NotSpecified, DsnFormatRequested::NotSpecified, {}, {}, {}, {}}
        , header(maxHeaderSize) {}

    MailCommandEventArgs mail;
    std::shared_ptr<MailItem> item;
    RoutingAddress recipientInQuestion; // during OnRcptCommand
    HeaderReader header;
    std::string messageId;
    std::vector<std::string> p2FromAddresses;
    SteadyTime contentStart{};
    bool inContent = false;         // 354 was given
    bool headersDone = false;       // OnEndOfHeaders has run, or the header was refused
    bool settled = false;           // an agent quarantined it for everybody: no more agents, all is kept
    bool discard = false;           // an agent wants it gone: 250, nothing delivered
    std::string discardReason;      // who and why, for the acceptance record
    std::optional<Refusal> refusal; // remembered until the dot (agents.md 1.9)
};

} // namespace edge
