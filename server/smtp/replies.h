// Every reply the server itself gives, by name, in one table with its source; profiles that word one
// differently have a row of their own (platform.md 2.6, 2.7).
#pragma once

#include <edge/base/profile.h>
#include <edge/mail/smtp_response.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace edge::smtp {

enum class Reply {
    SenderOk,
    RecipientOk,
    StartMailInput,
    Resetting,
    NoopOk,
    Help,
    CannotVrfy,
    ServiceClosing,
    UnrecognizedCommand,
    LineTooLong,
    NotImplemented,
    SendHelloFirst,
    SenderAlreadySpecified,
    NeedMailCommand,
    NeedRcptCommand,
    BadSequence,
    InvalidArguments,
    InvalidDomainName,
    InvalidSenderAddress,
    InvalidRecipientAddress,
    ClientNotAuthenticated,
    UnrecognizedAuthentication,
    AnonymousSendAsDenied,
    UnableToRelay,
    ReservedTopLevelDomain,
    ReservedSecondLevelDomain,
    SingleLabelDomain,
    TooManyRecipients,
    MessageTooLarge,
    HeaderTooLarge,
    HopCountExceeded,
    InvalidContent,
    BareLinefeeds,
    InsufficientResources,
    LocalError, // 451: could not be stored, try again
    ServiceNotAvailable,
    ServiceNotActive,
    TooManyConnections,
    MessageRateExceeded,
    ConnectionTimedOut,
    TooManyErrors,
    DroppedByAgentError,
    DataTransactionFailed,
    XclientNotAuthorized, // ours: no Exchange server knows the verb
};

// One row of the table: the words of a reply from one profile on, until a later row of the same reply.
struct ReplyRow {
    Reply which;
    ProfileId since;
    int statusCode;
    const char* enhancedStatusCode;
    const char* text;   // lines of a multi-line reply are parted by \n
    const char* source; // section of platform.md and trust tag, "I": decided by us
};

// All rows, in the order of the page (docs/protocol.md is drawn from them).
std::span<const ReplyRow> replyRows();
// The reply in the words of that version of Exchange.
const SmtpResponse& reply(Reply which, ProfileId profile);

// The final 250 (platform.md 2.6). `seconds` is the time the content took; `messageId` has its angle
// brackets.
SmtpResponse queuedReply(ProfileId profile, std::string_view messageId, std::uint64_t internalId,
                         std::string_view hostname, std::uint64_t octets, double seconds);

} // namespace edge::smtp
