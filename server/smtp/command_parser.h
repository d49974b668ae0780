// Command lines to events. Each verb has one function that knows its whole grammar; what is wrong comes back
// as a Refused event with the reply, so that the machine above treats a good and a bad line alike. Nothing
// here keeps state and nothing copies the line.
#pragma once

#include <edge/server/smtp/receive_machine.h>

#include <cstdint>
#include <string_view>

namespace edge::smtp {

// RFC 5321 4.5.3.1.4 gives 512 octets to a command line with its CRLF, each extension adds to that. One sum
// serves every verb: it bounds memory, the parts are bounded by their own rules.
inline constexpr std::size_t kBaseCommandLine = 512;
inline constexpr std::size_t kSizeParameterLength = 26;     // RFC 1870 3
inline constexpr std::size_t kBodyParameterLength = 17;     // RFC 6152 2
inline constexpr std::size_t kAuthParameterLength = 500;    // RFC 4954 3
inline constexpr std::size_t kSmtpUtf8ParameterLength = 10; // RFC 6531 3.1
inline constexpr std::size_t kDsnParametersLength = 540;    // RFC 3461 4.1, 4.2: NOTIFY= and ORCPT= of 500
inline constexpr std::size_t kExchangeAddressExcess = 571 - 254; // platform.md 2.3 against RFC 5321 4.5.3.1.3
inline constexpr std::size_t kMaxCommandLine =
    kBaseCommandLine + kSizeParameterLength + kBodyParameterLength + kAuthParameterLength +
    kSmtpUtf8ParameterLength + kDsnParametersLength + kExchangeAddressExcess;
inline constexpr std::size_t kMaxCommandLineLongAddresses = 8000; // LongAddressesEnabled, platform.md 2.3

inline constexpr std::size_t kMaxEnvelopeId = 100;        // RFC 3461 4.4
inline constexpr std::size_t kMaxOriginalRecipient = 500; // RFC 3461 4.2
// The largest MaxMessageSize there is; bounds a refused BDAT chunk where the session itself has no limit.
inline constexpr std::uint64_t kMaxDiscardedChunk = 2147483647;

// A line without its CRLF, parted at the first blank; trailing blanks are gone.
struct CommandLine {
    std::string_view verb;
    std::string_view arguments;
};
CommandLine splitCommandLine(std::string_view line);

// What the arguments are judged by.
struct ParseContext {
    const MachineOptions& options;
    bool smtpUtf8 = false; // the transaction was opened with SMTPUTF8
};

struct ParsedCommand {
    Event event;                    // the command, or Refused
    std::uint64_t octetsBehind = 0; // that many octets follow the line and are no commands (BDAT)
};

// Reads a verb's arguments.
using CommandParser = ParsedCommand (*)(std::string_view arguments, const ParseContext& context);

ParsedCommand parseHelo(std::string_view arguments, const ParseContext& context);
ParsedCommand parseEhlo(std::string_view arguments, const ParseContext& context);
ParsedCommand parseMail(std::string_view arguments, const ParseContext& context);
ParsedCommand parseRcpt(std::string_view arguments, const ParseContext& context);
ParsedCommand parseData(std::string_view arguments, const ParseContext& context);
ParsedCommand parseRset(std::string_view arguments, const ParseContext& context);
ParsedCommand parseNoop(std::string_view arguments, const ParseContext& context);
ParsedCommand parseHelp(std::string_view arguments, const ParseContext& context);
ParsedCommand parseVrfy(std::string_view arguments, const ParseContext& context);
ParsedCommand parseQuit(std::string_view arguments, const ParseContext& context);
// Not of Exchange: Postfix's extension, for peers that are trusted (docs/decisions/0952).
ParsedCommand parseXclient(std::string_view arguments, const ParseContext& context);
// Known, but not here.
ParsedCommand parseAuth(std::string_view arguments, const ParseContext& context);
ParsedCommand parseBdat(std::string_view arguments, const ParseContext& context);
ParsedCommand parseUnimplemented(std::string_view arguments, const ParseContext& context);

} // namespace edge::smtp
