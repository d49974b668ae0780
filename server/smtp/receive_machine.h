// The SMTP receive machine: bytes in, events out, answers in, bytes out. It knows no socket, no clock, no
// agent. The driver calls next() until it says NeedBytes; each event that wants a decision gets exactly one
// answer() before the next next(). PIPELINING is therefore merely bytes that are already in the buffer.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/base/profile.h>
#include <edge/mail/mail_item.h>
#include <edge/mail/smtp_response.h>
#include <edge/server/smtp/data_reader.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace edge::smtp {

// Of a peer with the right to it (ms-Exch-Bypass-Message-Size-Limit).
inline constexpr std::uint64_t kAnySize = ~std::uint64_t{0};

// What the machine needs to know of the connector and the peer (platform.md 2.3). Fixed for the session.
struct MachineOptions {
    ProfileId profile = kDefaultProfile;
    std::uint64_t maxMessageSize = 36 * 1024 * 1024; // octets, or kAnySize
    int maxRecipientsPerMessage = 200;
    std::optional<int> maxProtocolErrors = 5; // nullopt: unlimited
    Duration connectionTimeout = std::chrono::minutes(5);
    Duration connectionInactivityTimeout = std::chrono::minutes(1);
    bool requireEhloDomain = false;
    bool longAddressesEnabled = false;
    bool smtpUtf8Enabled = false;
    bool eightBitMimeEnabled = true;
    bool deliveryStatusNotificationEnabled = true;
    bool sizeEnabled = true; // MAIL SIZE= is understood
    bool bareLinefeedRejectionEnabled = false;
    bool xclientKnown = false;   // XCLIENT is a verb here at all: no Exchange server has it
    bool xclientTrusted = false; // and this peer may use it
};

// Why a command did not reach the agents.
enum class ParsingStatus {
    ProtocolError,  // unknown verb, bad arguments, wrong order
    LimitExceeded,  // size, recipients, line length, errors
    NotImplemented, // known verb, not here (STARTTLS, AUTH, BDAT until their issue)
    TimedOut,
};

// Events that want an answer().
struct Connected {};
struct HeloCommand {
    std::string domain;
};
struct EhloCommand {
    std::string domain;
};
struct MailCommand {
    RoutingAddress address; // null reverse path for <>
    std::optional<std::uint64_t> size;
    BodyType bodyType = BodyType::NotSpecified;
    DsnFormatRequested dsnFormatRequested = DsnFormatRequested::NotSpecified;
    std::string envelopeId;
    std::string auth;
    bool smtpUtf8 = false;
};
struct RcptCommand {
    RoutingAddress address;
    DsnTypeRequested notify;
    std::string originalRecipient;
};
struct DataCommand {};
struct RsetCommand {};
struct NoopCommand {};
struct HelpCommand {
    std::string argument;
};
struct VrfyCommand {
    std::string argument;
};
struct QuitCommand {};
// The peer stands for another client (XCLIENT). What was not said stays as it is. A success is not answered:
// the session ends, and another begins on the same connection with what takeUnread() returns.
struct XclientCommand {
    std::optional<IpAddress> address;
    std::optional<std::uint16_t> port;
    std::optional<IpAddress> destinationAddress;
    std::optional<std::uint16_t> destinationPort;
};
// CRLF.CRLF was seen; everything before it has been handed out as DataBytes.
struct EndOfData {
    std::uint64_t octets = 0; // content after removal of stuffed dots
    LineEndFlaws flaws;       // tolerated, yet worth a line in a trace
};
// The machine itself refuses; OnReject and the trace see it. The driver answers with `response` and nothing
// else.
struct Refused {
    SmtpResponse response;
    ParsingStatus status = ParsingStatus::ProtocolError;
    std::string explanation;  // for the decision record: which limit, what was wrong
    std::string parameter;    // the Set-ReceiveConnector parameter that lifts it, or empty
    bool closes = false;      // the connection ends after the reply
    bool endsMessage = false; // stands where EndOfData would: the content handed out is to be dropped
};

// Events without an answer.
// Content of the message; the view lives until the next call. Nothing is handed out beyond maxMessageSize.
struct DataBytes {
    std::string_view bytes;
};
// Nothing more to say without input: read and call receive(), receiveEof() or expire().
struct NeedBytes {};
// The peer ended its input and all of it has been worked off; or QUIT, a 421 or a fatal refusal was answered.
struct SessionOver {
    bool byPeer = false; // input ended without QUIT
};

using Event = std::variant<Connected, HeloCommand, EhloCommand, MailCommand, RcptCommand, DataCommand,
                           RsetCommand, NoopCommand, HelpCommand, VrfyCommand, QuitCommand, XclientCommand,
                           EndOfData, Refused, DataBytes, NeedBytes, SessionOver>;

class ReceiveMachine {
public:
    ReceiveMachine(const MachineOptions& options, SteadyTime now);
    ~ReceiveMachine();

    // Input from the peer. The machine takes all of it; the driver bounds what it reads ahead.
    void receive(std::string_view bytes, SteadyTime now);
    // The peer will send no more; what is buffered is still worked off (clients that half-close are served).
    void receiveEof();
    // The next thing that happened. Asserts that the previous question was answered.
    Event next();
    // Answers the last event that wanted it. The reply's class drives the state: 2xx to MAIL opens a
    // transaction, 354 to DATA starts content, 421 ends the session after the reply.
    void answer(const SmtpResponse& response, SteadyTime now);
    // True while an answer is owed.
    bool awaitsAnswer() const;

    // Replies to be sent, in order; empties the buffer.
    std::string takeOutput();
    bool hasOutput() const;

    // When the peer's silence or the session's age ends it, whichever is sooner.
    SteadyTime deadline() const;
    // To be called when deadline() has passed while waiting for input; the next event is Refused with 421.
    void expire(SteadyTime now);

    // The text of the last command line, for OnReject, logs and traces; secrets are blanked ("AUTH PLAIN
    // ***").
    std::string_view lastCommand() const;
    // Inside DATA content (between 354 and the dot).
    bool inData() const;
    // Input that was not looked at yet; it is gone from here. For whoever goes on with the connection.
    std::string takeUnread();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace edge::smtp
