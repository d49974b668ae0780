#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/server/smtp/replies.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace edge::smtp {
namespace {

constexpr auto kAlways = ProfileId::E2007;

// The last column says where the words come from; the letters are the trust tags of platform.md 0: D
// documentation, A API page, O observed, S secondary, K general knowledge, I decided by us
// (docs/decisions/0102).
// clang-format off
constexpr ReplyRow kRows[] = {
    {Reply::SenderOk,                   kAlways,          250, "2.1.0",  "Sender OK",                                                 "2.6 D"},
    {Reply::RecipientOk,                kAlways,          250, "2.1.5",  "Recipient OK",                                              "2.6 D"},
    {Reply::StartMailInput,             kAlways,          354, "",       "Start mail input; end with <CRLF>.<CRLF>",                  "2.6 D"},
    {Reply::Resetting,                  kAlways,          250, "2.0.0",  "Resetting",                                                 "2.6 S/K"},
    {Reply::NoopOk,                     kAlways,          250, "2.0.0",  "OK",                                                        "2.6 S"},
    {Reply::Help,                       kAlways,          214, "",       "This server supports the following commands:\n"
                                                                         "HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT", "2.6 S"},
    {Reply::CannotVrfy,                 kAlways,          252, "2.1.5",  "Cannot VRFY user",                                          "2.6 S"},
    {Reply::ServiceClosing,             kAlways,          221, "2.0.0",  "Service closing transmission channel",                      "2.6 D"},

    {Reply::UnrecognizedCommand,        kAlways,          500, "5.3.3",  "Unrecognized command",                                      "2.7 D"},
    {Reply::LineTooLong,                kAlways,          500, "5.5.4",  "Line too long",                                             "2.7 S, words I"},
    {Reply::LineTooLong,                ProfileId::E2010, 500, "5.3.3",  "Line too long",                                             "2.7 S"},
    {Reply::NotImplemented,             kAlways,          502, "5.3.3",  "Command not implemented",                                   "2.7 S"},
    {Reply::SendHelloFirst,             kAlways,          503, "5.5.2",  "Send hello first",                                          "2.7 D, S"},
    {Reply::SenderAlreadySpecified,     kAlways,          503, "5.5.2",  "Sender already specified",                                  "2.7 S"},
    {Reply::NeedMailCommand,            kAlways,          503, "5.5.2",  "Need mail command",                                         "2.7 O/S"},
    {Reply::NeedRcptCommand,            kAlways,          503, "5.5.2",  "Need rcpt command",                                         "2.7 O/S"},
    {Reply::BadSequence,                kAlways,          503, "5.5.1",  "Bad sequence of commands",                                  "2.7 A"},
    {Reply::InvalidArguments,           kAlways,          501, "5.5.4",  "Invalid arguments",                                         "2.7 S"},
    {Reply::InvalidDomainName,          kAlways,          501, "5.5.4",  "Invalid domain name",                                       "2.7 D"},
    {Reply::InvalidSenderAddress,       kAlways,          550, "5.1.7",  "Invalid address",                                           "2.7 D"},
    {Reply::InvalidRecipientAddress,    kAlways,          501, "5.1.3",  "Invalid address",                                           "2.7 K"},
    {Reply::ClientNotAuthenticated,     kAlways,          530, "5.7.1",  "Client was not authenticated",                              "2.7 D"},
    {Reply::ClientNotAuthenticated,     ProfileId::E2013, 530, "5.7.57", "SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", "2.7 K"},
    {Reply::UnrecognizedAuthentication, kAlways,          504, "5.7.4",  "Unrecognized authentication type",                          "2.7 O"},
    {Reply::AnonymousSendAsDenied,      kAlways,          550, "5.7.1",  "Anonymous client does not have permissions to send as this sender", "2.7 O, A"},
    {Reply::UnableToRelay,              kAlways,          550, "5.7.1",  "Unable to relay",                                           "2.7 O"},
    {Reply::UnableToRelay,              ProfileId::E2013, 550, "5.7.54", "SMTP; Unable to relay recipient in non-accepted domain",    "2.7 K"},
    {Reply::ReservedTopLevelDomain,     kAlways,          550, "5.1.4",  "Recipient address reserved by RFC 2606",                    "2.7 D, basic code K"},
    {Reply::ReservedSecondLevelDomain,  kAlways,          550, "5.1.5",  "Recipient address reserved by RFC 2606",                    "2.7 D, basic code K"},
    {Reply::SingleLabelDomain,          kAlways,          550, "5.1.6",  "Recipient addresses in single label domains not accepted",  "2.7 D, basic code K"},
    {Reply::TooManyRecipients,          kAlways,          452, "4.5.3",  "Too many recipients",                                       "2.7 D"},
    {Reply::MessageTooLarge,            kAlways,          552, "5.3.4",  "Message size exceeds fixed maximum message size",           "2.7 D, basic code K"},
    {Reply::HeaderTooLarge,             kAlways,          552, "5.3.4",  "Header size exceeds fixed maximum size",                    "2.7 K"},
    {Reply::HopCountExceeded,           kAlways,          554, "5.4.6",  "Hop count exceeded - possible mail loop",                   "2.7 D, basic code K"},
    {Reply::InvalidContent,             kAlways,          554, "5.6.0",  "Invalid message content",                                   "2.7 O"},
    {Reply::BareLinefeeds,              kAlways,          550, "5.6.11", "Message contains bare linefeeds",                           "I"},
    {Reply::InsufficientResources,      kAlways,          452, "4.3.1",  "Insufficient system resources",                             "2.7 A, D"},
    {Reply::LocalError,                 kAlways,          451, "4.3.0",  "Message could not be stored, try again later",              "I"},
    {Reply::ServiceNotAvailable,        kAlways,          421, "4.3.2",  "Service not available",                                     "2.7 D"},
    {Reply::ServiceNotActive,           kAlways,          421, "4.3.2",  "Service not active",                                        "2.7 D"},
    {Reply::TooManyConnections,         kAlways,          421, "4.3.2",  "The maximum number of concurrent connections has exceeded a limit, closing transmission channel", "2.7 O"},
    {Reply::MessageRateExceeded,        kAlways,          421, "4.4.2",  "Message submission rate for this client has exceeded the configured limit", "2.7 K, code D"},
    {Reply::ConnectionTimedOut,         kAlways,          421, "4.4.1",  "Connection timed out",                                      "2.7 A, O"},
    {Reply::TooManyErrors,              kAlways,          421, "4.7.0",  "Too many errors on this connection, closing transmission channel", "2.7 K"},
    {Reply::DroppedByAgentError,        kAlways,          421, "4.3.2",  "System not accepting network messages",                     "2.7 A"},
    {Reply::DataTransactionFailed,      kAlways,          451, "4.3.2",  "System not accepting network messages",                     "1.10 A"},
    {Reply::XclientNotAuthorized,       kAlways,          550, "5.7.0",  "Insufficient authorization",                                "I"},
};
// clang-format on

constexpr auto kReplies = static_cast<std::size_t>(Reply::XclientNotAuthorized) + 1;
constexpr auto kProfiles = static_cast<std::size_t>(ProfileId::SE) + 1;

using ReplyTable = std::array<std::array<SmtpResponse, kReplies>, kProfiles>;

SmtpResponse response(const ReplyRow& row) {
    std::vector<std::string> lines;
    for (const auto line : split(row.text, '\n'))
        lines.emplace_back(line);
    return {row.statusCode, row.enhancedStatusCode, std::move(lines)};
}

ReplyTable buildTable() {
    ReplyTable table;
    for (std::size_t profile = 0; profile < kProfiles; ++profile) {
        for (const auto& row : kRows)
            if (static_cast<std::size_t>(row.since) <= profile)
                table[profile][static_cast<std::size_t>(row.which)] = response(row);
        for (const auto& entry : table[profile])
            EDGE_ASSERT(!entry.isEmpty(), "every reply has its words in every profile");
    }
    return table;
}

std::string fixedPoint(double value) {
    std::array<char, 64> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 3);
    EDGE_ASSERT(end.ec == std::errc{}, "a rate fits into the buffer");
    return {text.data(), end.ptr};
}

// "4596 bytes in 0.105, 42.525 KB/sec": the observed samples agree only if the seconds are cut off after
// milliseconds while the rate is taken from the exact time (docs/decisions/0102).
std::string transferRate(std::uint64_t octets, double seconds) {
    constexpr double kShortestTime = 0.001; // a rate needs a time, also where virtual time stood still
    constexpr double kRoundingError = 1e-6; // 0.105 * 1000 must not become 104
    const auto time = std::max(seconds, kShortestTime);
    const auto milliseconds = static_cast<std::uint64_t>(time * 1000 + kRoundingError);
    const auto kilobytes = static_cast<double>(octets) / 1024;
    return std::to_string(octets) + " bytes in " + fixedPoint(static_cast<double>(milliseconds) / 1000) +
           ", " + fixedPoint(kilobytes / time) + " KB/sec ";
}

} // namespace

const SmtpResponse& reply(Reply which, ProfileId profile) {
    static const ReplyTable table = buildTable();
    return table[static_cast<std::size_t>(profile)][static_cast<std::size_t>(which)];
}

std::span<const ReplyRow> replyRows() {
    return kRows;
}

SmtpResponse queuedReply(ProfileId profileId, std::string_view messageId, std::uint64_t internalId,
                         std::string_view hostname, std::uint64_t octets, double seconds) {
    const auto form = profile(profileId).queuedReply;
    std::string text(messageId);
    text += ' ';
    if (form != QueuedReplyForm::Plain) {
        text += "[InternalId=" + std::to_string(internalId);
        if (form != QueuedReplyForm::InternalId)
            text += ", Hostname=" + std::string(hostname);
        text += "] ";
    }
    if (form == QueuedReplyForm::WithRate)
        text += transferRate(octets, seconds);
    return {250, "2.6.0", text + "Queued mail for delivery"};
}

} // namespace edge::smtp
