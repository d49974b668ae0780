#include <edge/base/text.h>
#include <edge/evidence.h>

#include <array>
#include <iterator>
#include <optional>

namespace edge {
namespace {

using enum EvidenceKind;
using enum EvidenceLevel;

// The trust tags become words so: D, A, T, DOC documented; O, OBS observed; S, K, INF, MEM, BOOK and what
// only an RFC says inferred; I, PROP, ?? ours (docs/decisions/0960).
// clang-format off
constexpr EvidenceRow kRows[] = {
    {Event, "OnConnect",               Documented, "platform.md 1.2"},
    {Event, "OnHeloCommand",           Documented, "platform.md 1.2"},
    {Event, "OnEhloCommand",           Documented, "platform.md 1.2"},
    {Event, "OnStartTlsCommand",       Documented, "platform.md 1.2"},
    {Event, "OnAuthCommand",           Documented, "platform.md 1.2"},
    {Event, "OnProcessAuthentication", Documented, "platform.md 1.2"},
    {Event, "OnEndOfAuthentication",   Documented, "platform.md 1.2"},
    {Event, "OnMailCommand",           Documented, "platform.md 1.2"},
    {Event, "OnRcptCommand",           Documented, "platform.md 1.2"},
    {Event, "OnDataCommand",           Documented, "platform.md 1.2"},
    {Event, "OnEndOfHeaders",          Documented, "platform.md 1.2"},
    {Event, "OnEndOfData",             Documented, "platform.md 1.2"},
    {Event, "OnHelpCommand",           Documented, "platform.md 1.2"},
    {Event, "OnNoopCommand",           Documented, "platform.md 1.2"},
    {Event, "OnReject",                Documented, "platform.md 1.2"},
    {Event, "OnRsetCommand",           Documented, "platform.md 1.2"},
    {Event, "OnDisconnect",            Documented, "platform.md 1.2"},
    {Event, "OnSubmittedMessage",      Documented, "platform.md 1.3"},
    {Event, "OnResolvedMessage",       Documented, "platform.md 1.3"},
    {Event, "OnRoutedMessage",         Documented, "platform.md 1.3"},
    {Event, "OnCategorizedMessage",    Documented, "platform.md 1.3"},

    {Action, "None",                   Ours,       "docs/logs.md"},
    {Action, "AcceptMessage",          Documented, "platform.md 1.4"},
    {Action, "DeleteMessage",          Documented, "platform.md 1.4"},
    {Action, "DeleteRecipients",       Documented, "platform.md 1.4"},
    {Action, "Disconnect",             Documented, "platform.md 1.4"},
    {Action, "ModifyHeaders",          Observed,   "platform.md 1.4"},
    {Action, "QuarantineMessage",      Documented, "platform.md 1.4"},
    {Action, "QuarantineRecipients",   Documented, "platform.md 1.4"},
    {Action, "RejectAuthentication",   Documented, "platform.md 1.4"},
    {Action, "RejectCommand",          Documented, "platform.md 1.4"},
    {Action, "RejectConnection",       Documented, "platform.md 1.4"},
    {Action, "RejectMessage",          Documented, "platform.md 1.4"},
    {Action, "RejectRecipients",       Documented, "platform.md 1.4"},
    {Action, "Fault",                  Ours,       "platform.md 1.7"},

    // Of the agents: three words are confirmed, the others are working names (agents/reasons.h).
    {Reason, "LocalAllowList",                     Ours,     "agents.md 13.4"},
    {Reason, "LocalBlockList",                     Ours,     "agents.md 13.4"},
    {Reason, "SenderInBlockList",                  Ours,     "agents.md 13.4"},
    {Reason, "BlankSender",                        Ours,     "agents.md 13.4"},
    {Reason, "RecipientInBlockList",               Ours,     "agents.md 13.4"},
    {Reason, "RecipientDoesNotExist",              Ours,     "agents.md 13.4"},
    {Reason, "RecipientLookupFailed",              Ours,     "docs/decisions/0502"},
    {Reason, "SclAtOrAboveDeleteThreshold",        Inferred, "agents.md 6.9"},
    {Reason, "SclAtOrAboveRejectThreshold",        Observed, "agents.md 6.9"},
    {Reason, "SclAtOrAboveQuarantineThreshold",    Observed, "agents.md 6.9"},
    {Reason, "SCL",                                Inferred, "agents.md 6.9"},
    {Reason, "ForbiddenAttachment",                Ours,     "agents.md 8.4"},
    {Reason, "AttachmentStripped",                 Ours,     "agents.md 8.4"},
    {Reason, "MalformedMime",                      Ours,     "docs/decisions/0814"},
    {Reason, "AttachmentsNotExamined",             Ours,     "docs/decisions/0814"},
    {Reason, "AgentAction",                        Ours,     "docs/agent-api.md"},
    // Of the server: no agent log has them, so the words are free; the sections tell of the behaviour.
    {Reason, "ProtocolError",                      Ours, "platform.md 2.7"},
    {Reason, "NotImplemented",                     Ours, "platform.md 2.7"},
    {Reason, "LimitExceeded",                      Ours, "platform.md 2.3"},
    {Reason, "ConnectionTimedOut",                 Ours, "platform.md 2.7"},
    {Reason, "ConnectionLimit",                    Ours, "platform.md 2.3"},
    {Reason, "MessageRateLimit",                   Ours, "platform.md 2.3"},
    {Reason, "SubmitPermissionMissing",            Ours, "platform.md 2.4"},
    {Reason, "SenderInAuthoritativeDomain",        Ours, "platform.md 2.4"},
    {Reason, "RecipientNotInAcceptedDomain",       Ours, "platform.md 3.5"},
    {Reason, "ReservedTopLevelRecipientDomain",    Ours, "platform.md 2.7"},
    {Reason, "ReservedSecondLevelRecipientDomain", Ours, "platform.md 2.7"},
    {Reason, "SingleLabelRecipientDomain",         Ours, "platform.md 2.7"},
    {Reason, "HeaderFirewall",                     Ours, "agents.md 12.2"},
    {Reason, "AllRecipientsRefused",               Ours, "docs/decisions/0802"},
    {Reason, "InsufficientResources",              Ours, "platform.md 5.5"},
    {Reason, "SpoolFailed",                        Ours, "platform.md 5.5"},
    {Reason, "NotStored",                          Ours, "platform.md 5.5"},
    {Reason, "NoQuarantineMailbox",                Ours, "docs/decisions/0824"},
    {Reason, "Quarantined",                        Ours, "agents.md 6.4"},
    {Reason, "Queued",                             Ours, "platform.md 2.6"},
    {Reason, "DiscardedByAgent",                   Ours, "platform.md 1.4"},
    {Reason, "NoRecipientsLeft",                   Ours, "platform.md 1.7"},
    {Reason, "ServiceStopping",                    Ours, "platform.md 2.7"},
    {Reason, "InternalError",                      Ours, "platform.md 1.7"},
    {Reason, "CreateAgentFailed",                  Ours, "platform.md 1.7"},
    {Reason, "AgentFault",                         Ours, "platform.md 1.7"},
    {Reason, "Cancelled",                          Ours, "platform.md 1.7"},

    // Of the server: the rows of server/smtp/replies.cpp (a test compares them), and what it composes.
    {Reply, "220",                                                       Documented, "platform.md 2.5"},
    {Reply, "250",                                                       Documented, "platform.md 2.5"}, // EHLO, HELO
    {Reply, "250 2.6.0",                                                 Documented, "platform.md 2.6"},
    {Reply, "250 2.1.0 Sender OK",                                       Documented, "platform.md 2.6"},
    {Reply, "250 2.1.5 Recipient OK",                                    Documented, "platform.md 2.6"},
    {Reply, "354 Start mail input; end with <CRLF>.<CRLF>",              Documented, "platform.md 2.6"},
    {Reply, "250 2.0.0 Resetting",                                       Inferred,   "platform.md 2.6"},
    {Reply, "250 2.0.0 OK",                                              Inferred,   "platform.md 2.6"},
    {Reply, "214 This server supports the following commands:",          Inferred,   "platform.md 2.6"},
    {Reply, "252 2.1.5 Cannot VRFY user",                                Inferred,   "platform.md 2.6"},
    {Reply, "221 2.0.0 Service closing transmission channel",            Documented, "platform.md 2.6"},
    {Reply, "500 5.3.3 Unrecognized command",                            Documented, "platform.md 2.7"},
    {Reply, "500 5.5.4 Line too long",                                   Inferred,   "platform.md 2.7"},
    {Reply, "500 5.3.3 Line too long",                                   Inferred,   "platform.md 2.7"},
    {Reply, "502 5.3.3 Command not implemented",                         Inferred,   "platform.md 2.7"},
    {Reply, "503 5.5.2 Send hello first",                                Documented, "platform.md 2.7"},
    {Reply, "503 5.5.2 Sender already specified",                        Inferred,   "platform.md 2.7"},
    {Reply, "503 5.5.2 Need mail command",                               Observed,   "platform.md 2.7"},
    {Reply, "503 5.5.2 Need rcpt command",                               Observed,   "platform.md 2.7"},
    {Reply, "503 5.5.1 Bad sequence of commands",                        Documented, "platform.md 2.7"},
    {Reply, "501 5.5.4 Invalid arguments",                               Inferred,   "platform.md 2.7"},
    {Reply, "501 5.5.4 Invalid domain name",                             Documented, "platform.md 2.7"},
    {Reply, "550 5.1.7 Invalid address",                                 Documented, "platform.md 2.7"},
    {Reply, "501 5.1.3 Invalid address",                                 Inferred,   "platform.md 2.7"},
    {Reply, "530 5.7.1 Client was not authenticated",                    Documented, "platform.md 2.7"},
    {Reply, "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
                                                                         Inferred,   "platform.md 2.7"},
    {Reply, "504 5.7.4 Unrecognized authentication type",                Observed,   "platform.md 2.7"},
    {Reply, "550 5.7.1 Anonymous client does not have permissions to send as this sender",
                                                                         Observed,   "platform.md 2.7"},
    {Reply, "550 5.7.1 Unable to relay",                                 Observed,   "platform.md 2.7"},
    {Reply, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                                                                         Inferred,   "platform.md 2.7"},
    {Reply, "550 5.1.4 Recipient address reserved by RFC 2606",          Documented, "platform.md 2.7"},
    {Reply, "550 5.1.5 Recipient address reserved by RFC 2606",          Documented, "platform.md 2.7"},
    {Reply, "550 5.1.6 Recipient addresses in single label domains not accepted",
                                                                         Documented, "platform.md 2.7"},
    {Reply, "452 4.5.3 Too many recipients",                             Documented, "platform.md 2.7"},
    {Reply, "552 5.3.4 Message size exceeds fixed maximum message size", Documented, "platform.md 2.7"},
    {Reply, "552 5.3.4 Header size exceeds fixed maximum size",          Inferred,   "platform.md 2.7"},
    {Reply, "554 5.4.6 Hop count exceeded - possible mail loop",         Documented, "platform.md 2.7"},
    {Reply, "554 5.6.0 Invalid message content",                         Observed,   "platform.md 2.7"},
    {Reply, "550 5.6.11 Message contains bare linefeeds",                Ours,       "platform.md 2.3"},
    {Reply, "452 4.3.1 Insufficient system resources",                   Documented, "platform.md 2.7"},
    {Reply, "451 4.3.0 Message could not be stored, try again later",    Ours,       "platform.md 5.5"},
    {Reply, "421 4.3.2 Service not available",                           Documented, "platform.md 2.7"},
    {Reply, "421 4.3.2 Service not active",                              Documented, "platform.md 2.7"},
    {Reply, "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission "
            "channel",                                                   Observed,   "platform.md 2.7"},
    {Reply, "421 4.4.2 Message submission rate for this client has exceeded the configured limit",
                                                                         Inferred,   "platform.md 2.7"},
    {Reply, "421 4.4.1 Connection timed out",                            Documented, "platform.md 2.7"},
    {Reply, "421 4.7.0 Too many errors on this connection, closing transmission channel",
                                                                         Inferred,   "platform.md 2.7"},
    {Reply, "421 4.3.2 System not accepting network messages",           Documented, "platform.md 2.7"},
    {Reply, "451 4.3.2 System not accepting network messages",           Documented, "platform.md 1.10"},
    {Reply, "550 5.7.0 Insufficient authorization",                      Ours,       "docs/decisions/0952"},
    // Of the agents.
    {Reply, "554 5.1.0 Sender denied",                                   Observed,   "agents.md 3.3"},
    {Reply, "550 5.1.1 User unknown",                                    Documented, "agents.md 4.3"},
    {Reply, "451 4.3.0 Recipient could not be looked up, try again later",
                                                                         Ours,       "docs/decisions/0502"},
    {Reply, "550 5.7.1 External client with IP address",                 Documented, "agents.md 2.4"},
    {Reply, "550 5.7.1 Message rejected as spam by Content Filtering.",  Observed,   "agents.md 6.5"},
    {Reply, "550 5.2.1 Content Filter agent quarantined this message",   Documented, "agents.md 6.4"},
    {Reply, "550 5.7.1 Message rejected due to unacceptable attachments", Documented, "agents.md 8.1"},
    {Reply, "451 4.3.0 Attachments could not be examined, try again later",
                                                                         Ours,       "docs/decisions/0814"},
    {Reply, "550 5.7.1",                                                 Inferred,   "agents.md 2.4, 6.5"}, // own words
};
// clang-format on

// A reply as on the wire, as the one line of its row: "214-a\r\n214 b" is "214 a".
std::string firstLine(std::string_view reply) {
    std::string line(reply.substr(0, reply.find_first_of("\r\n")));
    constexpr std::size_t kCode = 3;
    if (line.size() > kCode && line[kCode] == '-')
        line[kCode] = ' ';
    return line;
}

const EvidenceRow* findReply(std::string_view reply) {
    const auto line = firstLine(reply);
    const EvidenceRow* best = nullptr;
    for (const auto& row : kRows)
        if (row.kind == Reply && istartsWith(line, row.name) &&
            (best == nullptr || row.name.size() > best->name.size()))
            best = &row;
    return best;
}

// The level that a piece of a source tag names: "documented" of "agents.md 3.1, documented".
std::optional<EvidenceLevel> levelOf(std::string_view word) {
    for (const auto level : {Documented, Observed, Inferred, Ours})
        if (iequals(word, toString(level)))
            return level;
    return std::nullopt;
}

} // namespace

std::string_view toString(EvidenceLevel level) {
    constexpr std::array<std::string_view, 4> kWords{"documented", "observed", "inferred", "ours"};
    return kWords[static_cast<std::size_t>(level)];
}

std::string_view toString(EvidenceKind kind) {
    constexpr std::array<std::string_view, kEvidenceKinds> kWords{"event", "action", "reason", "reply"};
    return kWords[static_cast<std::size_t>(kind)];
}

std::string Evidence::toString() const {
    const auto details = reference.empty() || note.empty() ? reference + note : reference + "; " + note;
    return std::string(edge::toString(level)) + (details.empty() ? "" : " (" + details + ")");
}

std::span<const EvidenceRow> evidenceRows() {
    return kRows;
}

const EvidenceRow* findEvidence(EvidenceKind kind, std::string_view name) {
    if (kind == Reply)
        return findReply(name);
    for (const auto& row : kRows)
        if (row.kind == kind && iequals(row.name, name))
            return &row;
    return nullptr;
}

Evidence evidenceOf(std::string_view source) {
    Evidence evidence;
    const auto semicolon = source.find(';');
    if (semicolon != std::string_view::npos)
        evidence.note = trim(source.substr(semicolon + 1));
    const auto tag = trim(source.substr(0, semicolon));
    const auto comma = tag.rfind(',');
    const auto level = comma == std::string_view::npos ? std::nullopt : levelOf(trim(tag.substr(comma + 1)));
    evidence.level = level.value_or(EvidenceLevel::Ours);
    evidence.reference = level ? trim(tag.substr(0, comma)) : tag;
    return evidence;
}

} // namespace edge
