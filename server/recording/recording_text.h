// The text of a recording (docs/recordings.md): a head that says where and under which configuration, then a
// line for each thing that happened, with its time. A person reads it like a transcript, replay reads it
// octet for octet; both because every octet that is no plain character is written as an escape.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/decision.h>
#include <edge/resolver.h>

#include <string>
#include <string_view>

namespace edge {

// Raised when a line changes its meaning; a reader refuses what it does not know.
inline constexpr int kRecordingVersion = 1;
inline constexpr std::string_view kRecordingMark = "edgesim-recording";
inline constexpr std::string_view kRecordingEnd = "end";

// Words of the head that stand before cmdlets.
inline constexpr std::string_view kConfigured = "PS> ";
inline constexpr std::string_view kListed = "entry ";

// Words of the events.
inline constexpr std::string_view kClientSaid = "C:";
inline constexpr std::string_view kClientWentOn = "C+"; // the same packet goes on
inline constexpr std::string_view kServerSaid = "S:";
inline constexpr std::string_view kServerWentOn = "S+";
inline constexpr std::string_view kDecided = "decision";
inline constexpr std::string_view kLookedAt = "input";
inline constexpr std::string_view kAnswered = "dns";
inline constexpr std::string_view kEnded = "ended";

// How a side left.
enum class SessionEnd {
    ClientEnded,   // nothing more to say (FIN)
    ClientReset,   // RST
    ServerClosed,  // in good order
    ServerDropped, // without a word
    Stopping,      // the server is being stopped, and told this session so
    LimitReached,  // the session grew over the limit; what follows was not kept
};
std::string_view toString(SessionEnd end);

// What is known when a session begins.
struct RecordingHead {
    UtcTime started{};
    Endpoint client;
    Endpoint local;
    Endpoint selection; // the endpoint that connectors' bindings were compared with
};

// Backslash escapes for everything but printable ASCII, and for blanks at the end, which editors eat.
std::string escapedBytes(std::string_view bytes);
// The same in double quotes.
std::string quotedWord(std::string_view text);

// The lines, ready to be put one behind the other. `at` counts from the start of the session.
// `script` is the configuration, `entries` cmdlets for what lives beside it.
std::string recordingHeadText(const RecordingHead& head, std::string_view script, std::string_view entries);
// One line for each line of `bytes`.
std::string recordedBytes(Duration at, bool fromClient, std::string_view bytes);
std::string recordedDecision(Duration at, const Decision& decision);
std::string recordedAnswer(Duration at, std::string_view name, DnsType type, const DnsAnswer& answer,
                           Duration took);
std::string recordedEnd(Duration at, SessionEnd end);

// "answered", "nxdomain".
std::string_view dnsOutcomeName(DnsOutcome outcome);
// A record as a zone line has it behind the type: "10 mail.contoso.com".
std::string dnsRecordText(DnsType type, const DnsRecord& record);

} // namespace edge
