// What is known at each event (platform.md 1.5), one struct an event. Fields that agents may change are plain
// members; what they must not change is const or behind a const reference.
#pragma once

#include <edge/agent_event.h>
#include <edge/mail/mail_item.h>
#include <edge/smtp_session.h>

#include <cstdint>
#include <optional>
#include <string>

namespace edge {

struct ReceiveEventArgs {
    SmtpSession& smtpSession;
};

struct ConnectEventArgs : ReceiveEventArgs {};

struct HeloCommandEventArgs : ReceiveEventArgs {
    std::string domain;
};

struct EhloCommandEventArgs : ReceiveEventArgs {
    std::string domain;
};

struct StartTlsCommandEventArgs : ReceiveEventArgs {};

struct AuthCommandEventArgs : ReceiveEventArgs {
    std::string authenticationMechanism;
};

struct ProcessAuthenticationEventArgs : ReceiveEventArgs {
    std::string authenticationMechanism;
    std::string userName;
};

struct EndOfAuthenticationEventArgs : ReceiveEventArgs {
    std::string authenticationMechanism;
    std::string remoteIdentityName;
};

// There is no MailItem at MAIL yet: what agents set here is copied into it (platform.md 1.5).
struct MailCommandEventArgs : ReceiveEventArgs {
    RoutingAddress fromAddress;
    std::optional<std::uint64_t> size; // SIZE=, octets
    BodyType bodyType = BodyType::NotSpecified;
    DsnFormatRequested dsnFormatRequested = DsnFormatRequested::NotSpecified;
    std::string envelopeId; // ENVID=
    std::string auth;       // AUTH=
    std::string oorg;       // XOORG, 2010 on
    PropertyBag mailItemProperties;
};

// Changing recipientAddress changes who gets the message: the relay check and later agents see the new
// address.
struct RcptCommandEventArgs : ReceiveEventArgs {
    MailItem& mailItem;
    RoutingAddress recipientAddress;
    std::string originalRecipient; // ORCPT=
    DsnTypeRequested notify;       // NOTIFY=
    PropertyBag recipientProperties;
};

struct DataCommandEventArgs : ReceiveEventArgs {
    MailItem& mailItem;
};

// The header is complete and may be edited; the body is still to come.
struct EndOfHeadersEventArgs : ReceiveEventArgs {
    HeaderList& headers;
    MailItem& mailItem;
};

struct EndOfDataEventArgs : ReceiveEventArgs {
    MailItem& mailItem;
};

struct HelpCommandEventArgs : ReceiveEventArgs {
    std::string helpArgument;
};

struct NoopCommandEventArgs : ReceiveEventArgs {};

struct RsetCommandEventArgs : ReceiveEventArgs {
    MailItem* mailItem; // the transaction that is dropped, or nullptr
};

// Who found the fault: an agent or the server's policy, or the protocol parser.
enum class ParsingStatus { Complete, ProtocolError, Error };

struct RejectEventArgs : ReceiveEventArgs {
    std::string command;      // the whole command line, secrets blanked
    AgentEvent originalEvent; // the event whose command or message is refused
    ParsingStatus parsingStatus = ParsingStatus::Complete;
    SmtpResponse smtpResponse; // what the client is about to be told
    MailItem* mailItem;        // the transaction in progress, or nullptr
};

enum class DisconnectReason {
    None,
    QuitVerb,
    Timeout,
    SenderDisconnected,
    TooManyErrors,
    DroppedSession,
    Local
};
std::string_view toString(DisconnectReason reason);

struct DisconnectEventArgs : ReceiveEventArgs {
    DisconnectReason disconnectReason = DisconnectReason::None;
};

// Routing side (platform.md 1.3).
struct QueuedMessageEventArgs {
    MailItem& mailItem;
};

} // namespace edge
